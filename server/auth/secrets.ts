import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits from the system's generator, as text for a cookie, a header or a link. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** How a secret of 256 bits is kept: whoever reads the file cannot use what stands in it. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** A text that only who knows the secret can make of another. */
export function sealOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Compares in the same time wherever they differ. */
export function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
