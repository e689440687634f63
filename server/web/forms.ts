import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './errors.js';

export type FormFields = Readonly<Record<string, string>>;

/** Reads a form; a field that comes twice is refused, because either value could be the one that was meant. */
function readForm(text: string): FormFields {
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields)
      throw new RequestError(
        400,
        'FORM_INVALID',
        `The field "${name.slice(0, 40)}" comes twice.`,
        name.slice(0, 40),
      );
    fields[name] = value;
  }
  return fields;
}

/** Lets the pages' own routes take forms. */
export function acceptForms(app: FastifyInstance): void {
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        done(null, readForm(String(body)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** The fields of a form; none when there was no body. */
export function fieldsOf(request: FastifyRequest): FormFields {
  return (request.body ?? {}) as FormFields;
}

/** Whether htmx asks for a fragment and not for a page. */
export function isHtmx(request: FastifyRequest): boolean {
  return request.headers['hx-request'] === 'true';
}

/**
 * A form must be ours: htmx's header cannot be sent by another site without being asked for first; without scripts
 * the hidden token, which no other site can read, says the same.
 */
export function refuseForgedForm(request: FastifyRequest, token: string): void {
  // A token is sent by no browser of its own accord.
  if (isHtmx(request) || request.who?.via === 'run' || request.who?.via === 'token') return;
  const given = Buffer.from(fieldsOf(request)['token'] ?? '');
  const expected = Buffer.from(token);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new RequestError(
    403,
    'FORM_REFUSED',
    'This form does not carry the mark of this server, perhaps because the server was started anew. Load the page again and repeat.',
  );
}
