import { z } from 'zod';
import { isBotId } from '../../bot/files/folder.js';
import { RequestError } from './errors.js';

/** Checks a part of a request; its first fault becomes one sentence naming the field. Status 422 for bodies, 400 else. */
export function check<S extends z.ZodType>(schema: S, value: unknown, part: 'query' | 'body'): z.output<S> {
  const result = schema.safeParse(part === 'query' ? { ...(value as object) } : value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  const field = path === undefined || path === '' ? null : path;
  const place =
    field === null
      ? part === 'query'
        ? 'The query'
        : 'The body'
      : `${part === 'query' ? 'Parameter' : 'Field'} ${field}`;
  throw new RequestError(
    part === 'query' ? 400 : 422,
    part === 'query' ? 'QUERY_INVALID' : 'BODY_INVALID',
    `${place}: ${issue?.message ?? 'is not valid'}`,
    field,
  );
}

/** A whole number in a query, written in digits only: "1e3", " 5" and "0x10" are refused, not guessed at. */
export function count(fallback: number, most: number): z.ZodType<number, string | undefined> {
  return z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${most}`)
    .optional()
    .transform((text) => (text === undefined ? fallback : Number(text)))
    .refine((value) => value >= 1 && value <= most, `must be a whole number from 1 to ${most}`);
}

export const NO_QUERY = z.strictObject({});

/** The bot id in a path; anything else cannot exist, so it is not found. */
export function botId(params: unknown): string {
  const { id } = params as { id?: unknown };
  if (isBotId(id)) return id;
  throw notFound(typeof id === 'string' ? id : '');
}

export function notFound(id: string): RequestError {
  return new RequestError(404, 'BOT_NOT_FOUND', `There is no bot "${id.slice(0, 60)}".`, 'id');
}
