import type { FastifyRequest } from 'fastify';
import { newSecret } from '../auth/secrets.js';
import type { Who } from '../auth/context.js';
import { fieldsOf, refuseForgedForm, type FormFields } from './forms.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where who does not give the password goes on; absent: at the page it was sent from. */
    cancelTo?: string;
  }
}

/** As long as a password that was just given counts: who comes later begins anew. */
const KEPT_MS = 10 * 60_000;
const MOST = 200;
const MOST_OF_ONE = 5;

interface Kept {
  readonly session: string;
  /** To where it was sent. */
  readonly url: string;
  readonly fields: FormFields;
  readonly until: number;
}

/**
 * Forms that wait for their sender's password: in memory, for minutes, each for the session and the address it was sent
 * to, and once. What was typed is neither lost nor written into another page; it may be a key.
 */
export class KeptForms {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => number;
  readonly #mark: (who: Who) => string;

  /** `mark`: what a form of ours carries. */
  constructor(now: () => number, mark: (who: Who) => string) {
    this.#now = now;
    this.#mark = mark;
  }

  /** Keeps what a page sent; the answer is where the password is asked for. Null for what no page of a session sent. Errors: FORM_REFUSED. */
  keep(request: FastifyRequest): string | null {
    const { who, method, url, routeOptions } = request;
    if (who?.via !== 'session' || method !== 'POST' || isOfApi(routeOptions.url)) return null;
    // The password must never be given for what another site sent.
    refuseForgedForm(request, this.#mark(who));
    const id = newSecret();
    this.#forgetOld(who.key);
    this.#kept.set(id, { session: who.key, url, fields: fieldsOf(request), until: this.#now() + KEPT_MS });
    return `/sure?${String(new URLSearchParams({ then: backOf(request), kept: id }))}`;
  }

  /** To where a form is sent once the password is given; null for one that is not kept. */
  addressOf(session: string, id: string): string | null {
    return this.#of(session, id)?.url ?? null;
  }

  /** Its fields, this once. */
  take(request: FastifyRequest, id: string): FormFields | null {
    const kept = this.#of(request.who?.key ?? '', id);
    if (kept === null || kept.url !== request.url) return null;
    this.#kept.delete(id);
    return kept.fields;
  }

  #of(session: string, id: string): Kept | null {
    const kept = this.#kept.get(id);
    return kept === undefined || kept.session !== session || kept.until < this.#now() ? null : kept;
  }

  #forgetOld(session: string): void {
    for (const [id, { until }] of this.#kept) if (until < this.#now()) this.#kept.delete(id);
    const own = [...this.#kept].filter(([, kept]) => kept.session === session);
    for (const [id] of own.slice(0, Math.max(0, own.length - MOST_OF_ONE + 1))) this.#kept.delete(id);
    for (const id of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - MOST + 1)))
      this.#kept.delete(id);
  }
}

/** By the route that answers, not by how the address is written. */
export const isOfApi = (route: string | undefined): boolean => route?.startsWith('/api/') ?? false;

/** Where who does not go on is led. */
function backOf(request: FastifyRequest): string {
  const { headers, cancelTo, params } = request;
  if (cancelTo !== undefined) return cancelTo;
  try {
    const { pathname, search } = new URL(headers['hx-current-url']?.toString() ?? headers.referer ?? '');
    if (!isAnswer(request, pathname)) return pathname + search;
    const { id } = params as { id?: string };
    return id === undefined ? '/' : `/bots/${encodeURIComponent(id)}`;
  } catch {
    return '/';
  }
}

/** The page was what a form before was answered with, and there is no such page to go to. */
function isAnswer({ url, routeOptions, server }: FastifyRequest, pathname: string): boolean {
  const isOwn = url.split('?')[0] === pathname;
  return isOwn && !server.hasRoute({ method: 'GET', url: routeOptions.url ?? '' });
}
