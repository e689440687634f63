import { ConfigError, parseSet, VENUES, type Venue } from '../../bot/config.js';
import { FlotillaError } from '../fleet/errors.js';
import type { FormFields } from './forms.js';

const RISK = /^risk\.([A-Za-z]+)$/;
const STRATEGY = /^(signal|plan)\.[A-Za-z0-9]+$/;

/** A bot's id from its name: `BTC dip` becomes `btc-dip`. */
function idFromName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
}

/**
 * The config a form means. Empty fields are left out, so that defaults stay defaults. Throws `ConfigError` for a
 * parameter that cannot be read.
 */
export function configFromForm(fields: FormFields): Record<string, unknown> {
  const text = (name: string): string => (fields[name] ?? '').trim();
  const pairs = Object.entries(fields)
    .filter(([name, value]) => STRATEGY.test(name) && name.split('.')[1] !== 'name' && value.trim() !== '')
    .filter(([name]) => text(name.split('.')[0] ?? '') !== '')
    .map(([name, value]) => `${name}=${value.trim()}`);
  const set = parseSet(pairs, { signal: text('signal'), plan: text('plan') });
  return {
    id: text('id') === '' ? idFromName(text('name')) : text('id'),
    ...(text('name') === '' ? {} : { name: text('name') }),
    ...accountOfForm(text('venue')),
    symbol: text('symbol').toUpperCase(),
    interval: text('interval'),
    budget: text('budget'),
    signal: { name: text('signal'), ...(set['signal'] as object | undefined) },
    plan: { name: text('plan'), ...(set['plan'] as object | undefined) },
    ...riskOf(fields),
  };
}

/** `paper`, or a live venue with its key: `binance/main`. */
function accountOfForm(value: string): { venue: string; key?: string } {
  const [venue = '', ...key] = value.split('/');
  return { venue: venue === '' ? 'paper' : venue, ...(key.length === 0 ? {} : { key: key.join('/') }) };
}

/** The venue whose markets such a choice means; paper where it means none. */
export function venueOfForm(value: string): Venue {
  const { venue } = accountOfForm(value.trim());
  return VENUES.find((each) => each === venue) ?? 'paper';
}

/** Numbers where they are; what is none is refused with the config, at its field. No cap is no risk at all. */
function riskOf(fields: FormFields): { risk?: Record<string, unknown> } {
  const caps = Object.entries(fields).flatMap(([field, text]) => {
    const name = RISK.exec(field)?.[1];
    const value = text.trim();
    if (name === undefined || value === '') return [];
    return [[name, /^\d{1,6}(\.\d{1,8})?$/.test(value) ? Number(value) : value] as const];
  });
  return caps.length === 0 ? {} : { risk: Object.fromEntries(caps) };
}

/** A sentence for each field at fault, `form` for what belongs to none; null when the failure is not about the form. */
export function formErrors(error: unknown): Record<string, string> | null {
  if (error instanceof FlotillaError && error.mistakes.length > 1)
    return Object.assign({}, ...[...error.mistakes].reverse().map(formErrors)) as Record<string, string>;
  const cause = error instanceof FlotillaError ? error.cause : error;
  if (cause instanceof ConfigError) {
    return Object.fromEntries(cause.problems.map(({ path, message }) => [fieldOf(path), sentence(message)]));
  }
  if (error instanceof FlotillaError && error.httpStatus < 500)
    return { [fieldOf(error.field ?? '')]: atField(error) };
  return null;
}

/** The field that it stands at need not be named, and the rest is a sentence. */
function atField({ field, message }: FlotillaError): string {
  if (field === undefined || !message.startsWith(field)) return message;
  const rest = /^:? (.+)$/s.exec(message.slice(field.length))?.[1];
  return rest === undefined ? message : sentence(rest);
}

function fieldOf(path: string): string {
  if (path === 'signal.name' || path === 'plan.name') return path.split('.')[0] ?? path;
  if (path === 'key') return 'venue';
  return path === '' ? 'form' : path;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
