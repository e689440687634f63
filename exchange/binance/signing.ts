import { createHmac } from 'node:crypto';

/**
 * The query of a signed request (Binance: SIGNED endpoint security, HMAC SHA256): its parameters, `timestamp` (ms), and
 * the signature of exactly that text.
 */
export function signedQuery(
  params: Readonly<Record<string, string | number | boolean>>,
  timestamp: number,
  secret: string,
): string {
  let query = '';
  for (const name in params) query += `${name}=${encodeURIComponent(params[name]!)}&`;
  query += `timestamp=${timestamp}`;
  return `${query}&signature=${createHmac('sha256', secret).update(query).digest('hex')}`;
}
