/** Reads what a control request says; errors are sentences. */
import { dec } from '../../../core/decimal.js';
import { PaperError } from '../engine/types.js';
import { randomKey, type Account } from './accounts.js';
import { BINANCE_LIMITS, type Limits } from './limits.js';
import { parseSent } from './params.js';

export type Body = Record<string, unknown>;

export function refusal(message: string): PaperError {
  return new PaperError(-1100, message);
}

/** JSON, or a form; anything that is no object stands under `value`. */
export function readBody(body: string): Body {
  if (body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : { value };
  } catch {
    if (/^[\w.%-]+=/.test(body)) return Object.fromEntries(parseSent('', body));
  }
  throw refusal('The body should be JSON.');
}

export function readName(value: unknown): string {
  if (typeof value === 'string' && /^[a-zA-Z0-9_-]{1,40}$/.test(value)) return value;
  throw refusal('id should have 1 to 40 letters, digits, - or _.');
}

export function readKey(value: unknown, name: string): string {
  if (value === undefined) return randomKey();
  if (typeof value === 'string' && /^[a-zA-Z0-9]{1,128}$/.test(value)) return value;
  throw refusal(`${name} should have 1 to 128 letters and digits.`);
}

type Rights = Pick<Account, 'publicKey' | 'readOnly' | 'withdrawals' | 'addresses' | 'expires'>;

/** `{"readOnly": true, "addresses": ["127.0.0.1"], "expires": 1735689600000, "publicKey": "-----BEGIN PUBLIC KEY…"}`, all optional. */
export function readRights({ readOnly, withdrawals, addresses, expires, publicKey }: Body): Rights {
  for (const [name, value] of Object.entries({ readOnly, withdrawals }))
    if (value !== undefined && typeof value !== 'boolean')
      throw refusal(`${name} should be true or false, it is ${JSON.stringify(value)}.`);
  const isList = Array.isArray(addresses) && addresses.every((each) => typeof each === 'string');
  if (addresses !== undefined && !isList)
    throw refusal('addresses should be a list of IP addresses, like ["127.0.0.1"].');
  if (expires !== undefined && !Number.isSafeInteger(expires))
    throw refusal('expires should be a time in milliseconds.');
  if (publicKey !== undefined && !String(publicKey).includes('BEGIN PUBLIC KEY'))
    throw refusal(
      'publicKey should be an Ed25519 or RSA key in PEM, beginning with -----BEGIN PUBLIC KEY-----.',
    );
  return {
    ...(readOnly === undefined ? {} : { readOnly: readOnly as boolean }),
    ...(withdrawals === undefined ? {} : { withdrawals: withdrawals as boolean }),
    ...(addresses === undefined ? {} : { addresses: addresses as string[] }),
    ...(expires === undefined ? {} : { expires: expires as number }),
    ...(publicKey === undefined ? {} : { publicKey: String(publicKey) }),
  };
}

/** `{"USDT": "10000"}`: positive amounts with at most eight decimals. Errors name what is wrong. */
export function readDeposit(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) throw refusal('deposit should be like {"USDT": "10000"}.');
  return Object.fromEntries(
    Object.entries(value).map(([asset, amount]) => {
      if (!/^[A-Z0-9]{1,20}$/.test(asset)) throw refusal(`"${asset}" is no asset; expected one like USDT.`);
      const plain = String(amount);
      if (!/^\d{1,20}(\.\d{1,8})?$/.test(plain) || dec(plain).eq(0))
        throw refusal(`The amount of ${asset} should be positive with at most 8 decimals, it is ${plain}.`);
      return [asset, plain];
    }),
  );
}

export function readRate(value: unknown, name: string): string {
  const plain = String(value);
  if (/^0(\.\d{1,8})?$/.test(plain)) return plain;
  throw refusal(`${name} should be a fraction like 0.001, it is ${plain}.`);
}

export function readLimits(fields: Body): Partial<Limits> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const amount = Number(value);
      if (!Object.hasOwn(BINANCE_LIMITS, name))
        throw refusal(`There is no limit "${name}"; there are ${Object.keys(BINANCE_LIMITS).join(', ')}.`);
      if (!Number.isSafeInteger(amount) || amount < 0)
        throw refusal(`${name} should be a whole number from 0 on, it is ${String(value)}.`);
      return [name, amount];
    }),
  );
}
