import { ConfigError, parseSet } from '../../bot/config.js';
import { FlotillaError } from '../fleet/errors.js';
import type { Fleet } from '../fleet/fleet.js';
import type { FormFields } from './forms.js';

const RISK = /^risk\.([A-Za-z]+)$/;
const STRATEGY = /^(signal|plan)\.[A-Za-z0-9]+$/;

/** A bot's id from its name: `BTC dip` becomes `btc-dip`. */
export function idFromName(name: string): string {
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
    venue: text('venue') === '' ? 'paper' : text('venue'),
    symbol: text('symbol').toUpperCase(),
    interval: text('interval'),
    budget: text('budget'),
    signal: { name: text('signal'), ...(set['signal'] as object | undefined) },
    plan: { name: text('plan'), ...(set['plan'] as object | undefined) },
    ...riskOf(fields),
  };
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

/** What a form that is being filled in may cost; no words while it is not yet a bot. What stands against it is told when it is sent. */
export async function worstCaseWords(
  fleet: Pick<Fleet, 'worstCase'>,
  fields: FormFields,
): Promise<readonly string[]> {
  try {
    const config = configFromForm(fields);
    const named = { ...config, id: config['id'] === '' ? 'new' : config['id'] };
    return (await fleet.worstCase(named))?.words ?? [];
  } catch (error) {
    if (formErrors(error) === null) throw error;
    return [];
  }
}

/** A sentence for each field at fault, `form` for what belongs to none; null when the failure is not about the form. */
export function formErrors(error: unknown): Record<string, string> | null {
  const cause = error instanceof FlotillaError ? error.cause : error;
  if (cause instanceof ConfigError) {
    return Object.fromEntries(cause.problems.map(({ path, message }) => [fieldOf(path), sentence(message)]));
  }
  if (error instanceof FlotillaError && error.httpStatus < 500)
    return { [error.field ?? 'form']: error.message };
  return null;
}

function fieldOf(path: string): string {
  if (path === 'signal.name' || path === 'plan.name') return path.split('.')[0] ?? path;
  return path === '' ? 'form' : path;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
