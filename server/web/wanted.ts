import type { FastifyRequest } from 'fastify';
import type { Seen } from '../../core/commands.js';
import { dec } from '../../core/decimal.js';
import type { Asked } from '../../bot/files/command-files.js';
import type { Wanted } from '../fleet/commands.js';
import { RequestError } from './errors.js';
import { fieldsOf, type FormFields } from './forms.js';

/** Commands that trade: each is asked about first, with its numbers. */
export const TRADES = ['buy', 'sell', 'flatten', 'cancel'] as const;
/** What a page may tell a bot. */
export const COMMANDS = ['pause', 'resume', 'adopt', 'ignore', ...TRADES] as const;

type Trade = Extract<Asked, { name: (typeof TRADES)[number] }>;

/** The difference that the dialog named: what is done is done for that one. */
function seenOf({ seen }: FormFields): readonly Seen[] | undefined {
  if (seen === undefined) return undefined;
  return seen.split(',').flatMap((each) => {
    const [asset = '', missing = ''] = each.split(' ');
    return /^[A-Z0-9]{1,20} \d+(\.\d+)?$/.test(each) ? [{ asset, missing }] : [];
  });
}

/** The command that a form asks for. Errors: FIELD_INVALID. */
export function wantedOf(name: (typeof COMMANDS)[number], request: FastifyRequest): Wanted {
  const fields = fieldsOf(request);
  if (name === 'adopt' || name === 'ignore') return { name, seen: seenOf(fields) };
  return name === 'pause' || name === 'resume' ? { name } : tradeFields(name, fields);
}

/** A trade by the fields of a form or an address. Who was asked about an exit knows that it is placed again. */
export function tradeFields(name: (typeof TRADES)[number], fields: FormFields): Trade {
  const { amount = '', batch = '', order = '', symbol = '' } = fields;
  const book = symbol === '' ? {} : { symbol: symbolOf(symbol) };
  switch (name) {
    case 'buy':
      return amount.trim() === '' ? { name } : { name, amount: amountOf(amount.trim()) };
    case 'sell':
      return { name, ...(batch === '' ? {} : { batch: batchOf(batch) }), ...book };
    case 'flatten':
      return { name };
    case 'cancel':
      if (order === '' || order.length > 40) throw invalid('order', 'The order to cancel must be named.');
      return { name, order, again: true, ...book };
  }
}

function amountOf(text: string): string {
  if (/^\d{1,20}(\.\d{1,18})?$/.test(text) && dec(text).gt(0)) return text;
  throw invalid(
    'amount',
    `The amount must be a number above 0, such as 250 or 99.5; it is "${text.slice(0, 40)}".`,
  );
}

/** Of a parked book. */
function symbolOf(text: string): string {
  if (/^[A-Z0-9_-]{1,40}$/.test(text)) return text;
  throw invalid('symbol', `The symbol must be one that the bot has parked; it is "${text.slice(0, 40)}".`);
}

function batchOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalid('batch', `The batch must be its number; it is "${text.slice(0, 40)}".`);
}

function invalid(field: string, message: string): RequestError {
  return new RequestError(422, 'FIELD_INVALID', message, field);
}
