import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { configOf } from '../../bot/config.js';
import type { Who } from '../auth/context.js';
import { RecordFile } from '../auth/record-file.js';
import { FlotillaError } from '../fleet/errors.js';
import { BUILT_IN } from './built-in.js';

const MOST_OF_ONE = 100;

const CHOICE = z.looseObject({ name: z.string().max(60) });

/** What a template says of a bot: all but what is a bot's own (id, name, symbol, account). As in its config. */
export const draftSchema = z.strictObject({
  interval: z.string().max(10),
  budget: z.string().max(40).exactOptional(),
  signal: CHOICE,
  plan: CHOICE,
  risk: z.record(z.string(), z.number()).exactOptional(),
});

export type Draft = z.output<typeof draftSchema>;

const TEMPLATE = z.strictObject({
  id: z.string(),
  /** A user's id; null belongs to the admins. */
  owner: z.string().nullable(),
  name: z.string(),
  created: z.number(),
  draft: draftSchema,
});
const FILE = z.strictObject({ templates: z.array(TEMPLATE) });

export interface TemplateView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Saved by whoever asks, who may remove it. */
  readonly own: boolean;
  readonly draft: Draft;
}

const ownerOf = (who: Who | null): string | null => (who === null || who.via === 'run' ? null : who.id);

/**
 * Starting points for bots: those that come with Flotilla, and each user's own in `data/templates.json`.
 * Errors of all: FILE_DAMAGED.
 */
export class Templates {
  readonly #file: RecordFile<z.output<typeof FILE>>;

  constructor(data: string) {
    this.#file = new RecordFile(join(resolve(data), 'templates.json'), FILE, { templates: [] });
  }

  /** What whoever asks may start from. */
  of(who: Who | null): TemplateView[] {
    const own = this.#file
      .read()
      .templates.filter(isOwn(who))
      .map(({ id, name, draft }) => ({ id, name, draft, own: true, description: wordsOf(draft) }));
    return [...BUILT_IN, ...own];
  }

  /** Errors: TEMPLATE_NOT_FOUND, also for another one's. */
  get(who: Who | null, id: string): TemplateView {
    const found = this.of(who).find((each) => each.id === id);
    if (found === undefined) throw missing(id);
    return found;
  }

  /** Errors: TEMPLATE_NAME, and `ConfigError` for what would be no bot. */
  async add(
    who: Who | null,
    { name, draft, now }: { name: string; draft: Draft; now: number },
  ): Promise<TemplateView> {
    const named = name.trim();
    if (named === '' || named.length > 60)
      throw nameRefused('A template needs a name of at most 60 letters.');
    configOf({ budget: '1000', ...draft, id: 'template', symbol: 'BTCUSDT' }, 'template');
    const made = {
      id: randomBytes(6).toString('hex'),
      owner: ownerOf(who),
      name: named,
      created: now,
      draft,
    };
    await this.#file.update(({ templates }) => {
      const own = templates.filter(isOwn(who));
      if (own.some((each) => each.name === named))
        throw nameRefused(`You have a template "${named}" already. Choose another name, or remove that one.`);
      if (own.length >= MOST_OF_ONE)
        throw nameRefused(`You have ${MOST_OF_ONE} templates; remove one first.`);
      return { next: { templates: [...templates, made] }, result: null };
    });
    return this.get(who, made.id);
  }

  /** Errors: TEMPLATE_NOT_FOUND; those that come with Flotilla stay. */
  async remove(who: Who | null, id: string): Promise<void> {
    const mine = isOwn(who);
    await this.#file.update(({ templates }) => {
      const next = templates.filter((each) => each.id !== id || !mine(each));
      if (next.length === templates.length) throw missing(id);
      return { next: { templates: next }, result: null };
    });
  }
}

function isOwn(who: Who | null): (template: { readonly owner: string | null }) => boolean {
  const id = ownerOf(who);
  const all = who === null || who.role === 'admin';
  return ({ owner }) => (owner === null ? all : owner === id);
}

function wordsOf({ interval, signal, plan }: Draft): string {
  return `${signal.name} × ${plan.name}, ${interval}`;
}

function missing(id: string): FlotillaError {
  return new FlotillaError('TEMPLATE_NOT_FOUND', `There is no template "${id.slice(0, 40)}" of yours.`, {
    field: 'template',
  });
}

function nameRefused(message: string): FlotillaError {
  return new FlotillaError('TEMPLATE_NAME', message, { field: 'templateName' });
}
