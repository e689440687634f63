/**
 * Exact decimals: an integer and how many of its digits stand behind the point. The integer is a double while that is
 * exact (up to 2^53, which nearly all prices, quantities and sums of them are); two doubles, the one next to it and what
 * that lacks, up to 2^100 (cash with many decimals); else a bigint. All give the same answers. Sums and products are exact;
 * a quotient is cut to thirty decimals. Sums and products of two doubles: Dekker, "A floating-point technique for extending
 * the available precision" (1971); Knuth, TAOCP 2, 4.2.2.
 */
import { fractionText, shown, withPoint } from './decimal-digits.js';
import { areSafe, isSafe, lostBy, SAFE, ten, TENS, wholeTimes } from './exact-doubles.js';

/** Quotients are cut, never rounded up: a share of a holding can then not exceed the holding. */
const QUOTIENT_DECIMALS = 30;
/** The doubles next to powers of ten. */
const ROUGH_TENS = Array.from({ length: 64 }, (_, power) => Number(`1e${power}`));
/** So far apart, as a share of both, doubles are never by rounding alone. */
const FAR = 1e-14;
/** What two doubles hold exactly, with room for a few more sums. */
const TWO_DOUBLES = 2 ** 100;
/** Digits that a double holds whatever they are. */
const DOUBLE_DIGITS = 15;
/** Up to fifteen digits, a double's shortest text is the decimal that it was made of. */
const FIFTEEN_DIGITS = 1e15;

export type Amount = Decimal | string | number;

export class Decimal {
  /** The integer, where `rest` and `big` are null; else the double next to it. */
  declare private readonly small: number;
  /** What `small` lacks to the integer; null where that is nothing, or too much for two doubles. */
  declare private readonly rest: number | null;
  /** The integer; null where it is `small`, and where nobody has asked for it yet. */
  declare private big: bigint | null;
  /** Digits behind the point. */
  declare private readonly scale: number;
  declare private words: string | null;

  /** Declared and assigned: fields that a class defines are written twice, by one more call. */
  private constructor(
    small: number,
    rest: number | null,
    big: bigint | null,
    scale: number,
    words: string | null,
  ) {
    this.small = small;
    this.rest = rest;
    this.big = big;
    this.scale = scale;
    this.words = words;
  }

  /** A number is read by its shortest text. Throws on what is no decimal number. */
  static of(value: Amount): Decimal {
    if (typeof value === 'object') return value;
    return typeof value === 'string' ? readDecimal(value) : fromNumber(value);
  }

  /** `small` × 10^-`scale`, of a safe integer. */
  static exactly(small: number, scale: number, words: string | null = null): Decimal {
    return new Decimal(small, null, null, scale, words);
  }

  static exactlyBig(big: bigint, scale: number, words: string | null = null): Decimal {
    const small = Number(big);
    if (isSafe(small)) return new Decimal(small, null, null, scale, null);
    const rest = Math.abs(small) < TWO_DOUBLES ? Number(big - BigInt(small)) : null;
    return new Decimal(small, rest, big, scale, words);
  }

  /** The sum of two integers, of which the second is small beside the first; null where it is too large for this. */
  private static ofTwo(first: number, second: number, scale: number): Decimal | null {
    const sum = first + second;
    if (isSafe(sum)) return new Decimal(sum, null, null, scale, null);
    if (!(sum < TWO_DOUBLES && sum > -TWO_DOUBLES)) return null;
    const taken = sum - first;
    return new Decimal(sum, first - (sum - taken) + (second - taken), null, scale, null);
  }

  get sign(): -1 | 0 | 1 {
    const { small } = this;
    return small > 0 ? 1 : small < 0 ? -1 : 0;
  }

  plus(value: Amount): Decimal {
    const other = typeof value === 'object' ? value : Decimal.of(value);
    if (other.small === 0) return this;
    if (this.small === 0) return other;
    if (this.isDouble && other.isDouble) {
      const ahead = other.scale - this.scale;
      const a = ahead > 0 ? this.small * ten(ahead) : this.small;
      const b = ahead < 0 ? other.small * ten(-ahead) : other.small;
      const sum = a + b;
      if (areSafe(a, b, sum)) return new Decimal(sum, null, null, ahead > 0 ? other.scale : this.scale, null);
    }
    return this.longSum(other, 1);
  }

  minus(value: Amount): Decimal {
    const other = typeof value === 'object' ? value : Decimal.of(value);
    if (other.small === 0) return this;
    if (this.isDouble && other.isDouble) {
      const ahead = other.scale - this.scale;
      const a = ahead > 0 ? this.small * ten(ahead) : this.small;
      const b = ahead < 0 ? other.small * ten(-ahead) : other.small;
      const difference = a - b;
      if (areSafe(a, b, difference))
        return new Decimal(difference, null, null, ahead > 0 ? other.scale : this.scale, null);
    }
    return this.longSum(other, -1);
  }

  times(value: Amount): Decimal {
    const other = typeof value === 'object' ? value : Decimal.of(value);
    const product = this.small * other.small;
    const scale = this.scale + other.scale;
    if (this.isDouble && other.isDouble) {
      if (isSafe(product)) return new Decimal(product, null, null, scale, null);
      const long = Decimal.ofTwo(product, lostBy(this.small, other.small, product), scale);
      if (long !== null) return long;
    }
    return Decimal.exactlyBig(this.integer * other.integer, scale);
  }

  /** `this` + `sign` × `other`, where one of them or their sum is no exact double. */
  private longSum(other: Decimal, sign: 1 | -1): Decimal {
    const scale = Math.max(this.scale, other.scale);
    const a = this.doubleAt(scale);
    const b = other.doubleAt(scale) * sign;
    const sum = a + b;
    const taken = sum - a;
    const lost = a - (sum - taken) + (b - taken) + (this.rest ?? 0) + (other.rest ?? 0) * sign;
    const long = Decimal.ofTwo(sum, lost, scale);
    if (long !== null) return long;
    const integer = other.at(scale);
    return Decimal.exactlyBig(this.at(scale) + (sign > 0 ? integer : -integer), scale);
  }

  /** The double next to the integer that it is with so many digits behind the point; NaN where `rest` is not what that lacks. */
  private doubleAt(scale: number): number {
    if (this.isDouble) {
      const small = scale === this.scale ? this.small : this.small * ten(scale - this.scale);
      return isSafe(small) ? small : NaN;
    }
    return this.rest === null || scale !== this.scale ? NaN : this.small;
  }

  /** The integer is `small`. */
  private get isDouble(): boolean {
    return this.rest === null && this.big === null;
  }

  /** Cut to thirty decimals. Throws on a division by zero. */
  div(value: Amount): Decimal {
    const other = Decimal.of(value);
    if (other.sign === 0) throw new Error(`${this.toFixed()} cannot be divided by zero.`);
    return this.shortQuotient(other) ?? this.longQuotient(other);
  }

  /** Where the integers divide without a rest; null elsewhere. */
  private shortQuotient(other: Decimal): Decimal | null {
    const scale = this.scale - other.scale;
    if (!this.isDouble || !other.isDouble || scale > QUOTIENT_DECIMALS) return null;
    const above = scale < 0 ? this.small * ten(-scale) : this.small;
    const quotient = above / other.small;
    return isSafe(above) && Number.isInteger(quotient) && above % other.small === 0
      ? Decimal.exactly(quotient, Math.max(scale, 0))
      : null;
  }

  private longQuotient(other: Decimal): Decimal {
    const shift = QUOTIENT_DECIMALS + other.scale - this.scale;
    const above = shift > 0 ? this.integer * bigTen(shift) : this.integer;
    const below = shift < 0 ? other.integer * bigTen(-shift) : other.integer;
    const quotient = above / below;
    // What ends early is short again, and so are the figures made of it.
    return quotient * below === above ? trimmed(quotient) : Decimal.exactlyBig(quotient, QUOTIENT_DECIMALS);
  }

  /** What a division into whole parts leaves, with the sign of this. */
  mod(value: Amount): Decimal {
    const other = Decimal.of(value);
    if (other.sign === 0) throw new Error(`${this.toFixed()} cannot be divided by zero.`);
    const scale = Math.max(this.scale, other.scale);
    if (this.isDouble && other.isDouble) {
      const a = this.small * ten(scale - this.scale);
      const b = other.small * ten(scale - other.scale);
      if (isSafe(a) && isSafe(b)) return Decimal.exactly(a - wholeTimes(a, b) * b, scale);
    }
    return Decimal.exactlyBig(this.at(scale) % other.at(scale), scale);
  }

  /** A whole power. */
  pow(exponent: number): Decimal {
    let power = Decimal.exactly(1, 0);
    for (let count = Math.abs(exponent); count > 0; count -= 1) power = power.times(this);
    return exponent < 0 ? Decimal.exactly(1, 0).div(power) : power;
  }

  neg(): Decimal {
    const { small, rest, big, scale } = this;
    return new Decimal(0 - small, rest === null ? null : 0 - rest, big === null ? null : -big, scale, null);
  }

  abs(): Decimal {
    return this.sign < 0 ? this.neg() : this;
  }

  cmp(value: Amount): -1 | 0 | 1 {
    if (value === 0) return this.sign;
    const other = typeof value === 'object' ? value : Decimal.of(value);
    if (this === other) return 0;
    if (!this.isDouble || !other.isDouble) return this.cmpLong(other);
    // A product beyond 2^53 is rounded, but never to below it: it stays on its side of every safe integer.
    const ahead = other.scale - this.scale;
    const a = ahead > 0 ? this.small * ten(ahead) : this.small;
    const b = ahead < 0 ? other.small * ten(-ahead) : other.small;
    return a > b ? 1 : a < b ? -1 : 0;
  }

  private cmpLong(other: Decimal): -1 | 0 | 1 {
    // Doubles next to them, and a product or two: far apart by those is apart.
    const ahead = other.scale - this.scale;
    if (Math.abs(ahead) < ROUGH_TENS.length) {
      const a = ahead > 0 ? this.small * ROUGH_TENS[ahead]! : this.small;
      const b = ahead < 0 ? other.small * ROUGH_TENS[-ahead]! : other.small;
      if (Math.abs(a - b) > (Math.abs(a) + Math.abs(b)) * FAR) return a > b ? 1 : -1;
    }
    const scale = Math.max(this.scale, other.scale);
    const [a, b] = [this.at(scale), other.at(scale)];
    return a > b ? 1 : a < b ? -1 : 0;
  }

  eq(value: Amount): boolean {
    return this.cmp(value) === 0;
  }
  gt(value: Amount): boolean {
    return this.cmp(value) > 0;
  }
  gte(value: Amount): boolean {
    return this.cmp(value) >= 0;
  }
  lt(value: Amount): boolean {
    return this.cmp(value) < 0;
  }
  lte(value: Amount): boolean {
    return this.cmp(value) <= 0;
  }

  /** Cut to so many decimals (with a negative number, to tens and hundreds), never rounded up. */
  round(decimals = 0): Decimal {
    const excess = this.scale - decimals;
    if (excess <= 0) return this;
    const cut =
      this.isDouble && excess < TENS.length
        ? Decimal.exactly(wholeTimes(this.small, TENS[excess]!), Math.max(decimals, 0))
        : Decimal.exactlyBig(this.integer / bigTen(excess), Math.max(decimals, 0));
    return decimals < 0 ? cut.times(ten(-decimals)) : cut;
  }

  /** So many decimals at most, half away from zero: for reading. */
  nearest(decimals: number): Decimal {
    return this.scale <= decimals ? this : parse(this.toRounded(decimals));
  }

  /** Whether it is a whole multiple of `step`, which is above zero. */
  isMultipleOf(step: Decimal): boolean {
    return (step.small === 1 && this.scale <= step.scale) || this.mod(step).sign === 0;
  }

  /** Whether it is 1, 0.1, 0.01 and so on; and then how many decimals a multiple of it has. */
  get asStep(): number | null {
    return this.small === 1 ? this.scale : null;
  }

  /** Plain text, no exponent. `decimals`: cut to exactly so many; else none that are zero at the end. */
  toFixed(decimals?: number): string {
    if (decimals !== undefined) return this.round(decimals).toRounded(decimals);
    return (this.words ??= this.plain());
  }

  private plain(): string {
    const { small, rest, scale } = this;
    if (small === 0) return '0';
    let words: string;
    const most = scale < DOUBLE_DIGITS ? TENS[scale]! * FIFTEEN_DIGITS : 0;
    if (small < most && small > -most && (rest !== null || this.big === null)) words = this.shortText();
    else {
      const digits = this.integer.toString();
      words = digits.startsWith('-') ? `-${shown(digits.slice(1), scale)}` : shown(digits, scale);
    }
    // Where no zeros were left out at the end, reading the text would give the very same decimal.
    if (scale === 0 || words.charCodeAt(words.length - 1 - scale) === POINT) remember(words, this);
    return words;
  }

  /** Where the parts before the point and behind it are exact doubles: a tenth of the time that a number's text takes. */
  private shortText(): string {
    const { scale } = this;
    const unit = TENS[scale]!;
    const size = this.small < 0 ? -this.small : this.small;
    const rest = this.small < 0 ? -(this.rest ?? 0) : (this.rest ?? 0);
    let whole = Math.floor(size / unit);
    const product = whole * unit;
    let fraction = size - product;
    if (this.rest !== null) fraction += rest - lostBy(whole, unit, product);
    // Beyond 2^53 the quotient may be the next integer already, and what the double lacks may carry over the point.
    if (fraction < 0) {
      whole -= 1;
      fraction += unit;
    } else if (fraction >= unit) {
      whole += 1;
      fraction -= unit;
    }
    const words = fractionText(whole, fraction, scale);
    return this.small < 0 ? `-${words}` : words;
  }

  /** Exactly so many decimals, half away from zero; never "-0.00". */
  toRounded(decimals: number): string {
    const excess = this.scale - decimals;
    const { integer } = this;
    let digits = integer < 0n ? -integer : integer;
    if (excess <= 0) digits *= bigTen(-excess);
    else digits = (digits + bigTen(excess) / 2n) / bigTen(excess);
    return (integer < 0n && digits > 0n ? '-' : '') + withPoint(digits.toString(), decimals);
  }

  toNumber(): number {
    const { small, rest, scale } = this;
    if (scale >= TENS.length || (rest === null && this.big !== null)) return Number(this.toFixed());
    const unit = TENS[scale]!;
    const quotient = small / unit;
    if (rest === null) return quotient + 0;
    // What the division lost and what the double lacked, which together may make the next one.
    const product = quotient * unit;
    return quotient + (small - product - lostBy(quotient, unit, product) + rest) / unit;
  }

  valueOf(): number {
    return this.toNumber();
  }

  toString(): string {
    return this.toFixed();
  }

  toJSON(): string {
    return this.toFixed();
  }

  private get integer(): bigint {
    if (this.big !== null) return this.big;
    const { small, rest } = this;
    return rest === null ? BigInt(small) : (this.big = BigInt(small) + BigInt(rest));
  }

  /** The integer that it is with so many digits behind the point, at least those that it has. */
  private at(scale: number): bigint {
    return scale === this.scale ? this.integer : this.integer * bigTen(scale - this.scale);
  }
}

const bigTens: bigint[] = [];
function bigTen(power: number): bigint {
  return (bigTens[power] ??= 10n ** BigInt(power));
}

/** A quotient that has ended before its last decimal. */
function trimmed(quotient: bigint): Decimal {
  let [integer, scale] = [quotient, QUOTIENT_DECIMALS];
  for (const power of [16, 8, 4, 2, 1])
    while (scale >= power && integer % bigTen(power) === 0n) {
      integer /= bigTen(power);
      scale -= power;
    }
  return Decimal.exactlyBig(integer, scale);
}

function fromNumber(value: number): Decimal {
  if (value === 0) return NOUGHT;
  if (Number.isInteger(value) && isSafe(value)) return Decimal.exactly(value + 0, 0);
  // The shortest decimal that is this double, if it has fifteen digits at most: only one such can be.
  for (let scale = 1; scale <= 8; scale += 1) {
    const digits = Math.round(value * TENS[scale]!);
    if (Math.abs(digits) >= FIFTEEN_DIGITS) break;
    if (digits / TENS[scale]! === value) return Decimal.exactly(digits, scale);
  }
  return parse(String(value));
}

const NOUGHT = Decimal.exactly(0, 0);

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/**
 * What was read last, by its text: an amount is read again by each event for as long as a position lasts, and a decimal
 * never changes. A text has one place, found by its length and a few of its characters, and gives way to the next there.
 */
const PLACES = 256;
const texts: string[] = new Array<string>(PLACES).fill('');
const decimals: Decimal[] = new Array<Decimal>(PLACES).fill(NOUGHT);

export function readDecimal(text: string): Decimal {
  const { length } = text;
  if (length === 0) return parse(text);
  // Its place is found here and in `remember`, without one more call: nothing is done more often.
  const last =
    text.charCodeAt(length - 1) + text.charCodeAt(length >> 1) * 3 + text.charCodeAt(length >> 2) * 7;
  const place = (length * 37 + last + text.charCodeAt((length * 3) >> 2) * 31) & (PLACES - 1);
  if (texts[place] === text) return decimals[place]!;
  const decimal = parse(text);
  texts[place] = text;
  decimals[place] = decimal;
  return decimal;
}

/** What was written is read next. */
function remember(text: string, decimal: Decimal): void {
  const { length } = text;
  const last =
    text.charCodeAt(length - 1) + text.charCodeAt(length >> 1) * 3 + text.charCodeAt(length >> 2) * 7;
  const place = (length * 37 + last + text.charCodeAt((length * 3) >> 2) * 31) & (PLACES - 1);
  texts[place] = text;
  decimals[place] = decimal;
}

/** Digits with an optional point and minus, the usual text, read without making another. */
function parse(text: string): Decimal {
  const negative = text.charCodeAt(0) === MINUS;
  let integer = 0;
  let scale = 0;
  let zeros = 0;
  let digits = 0;
  let pointed = false;
  for (let at = negative ? 1 : 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits += 1;
      if (!pointed) integer = integer * 10 + digit;
      else if (digit === 0) zeros += 1;
      else {
        integer = integer * ten(zeros + 1) + digit;
        scale += zeros + 1;
        zeros = 0;
      }
    } else if (code === POINT && !pointed) pointed = true;
    else return parseOther(text);
  }
  if (digits === 0 || integer > SAFE) return parseOther(text);
  const short = zeros === 0 && pointed === scale > 0 && isPlain(text, negative ? 1 : 0);
  return Decimal.exactly(
    negative ? 0 - integer : integer,
    scale,
    short && (integer > 0 || !negative) ? text : null,
  );
}

/** Whether it begins as `toFixed` would write it: "0.5", not "00.5" or ".5". */
function isPlain(text: string, from: number): boolean {
  if (text.charCodeAt(from) === POINT) return false;
  return text.charCodeAt(from) !== ZERO || text.length === from + 1 || text.charCodeAt(from + 1) === POINT;
}

const LONG = /^(?:[1-9]\d*|0)(?:\.\d*[1-9])?$/;
const NUMBER = /^(-?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

/** Long ones, and those with an exponent. */
function parseOther(text: string): Decimal {
  const point = text.indexOf('.');
  // Nothing but digits and a point, but too many for a double: amounts of money with many decimals.
  if (LONG.test(text))
    return point < 0
      ? Decimal.exactlyBig(BigInt(text), 0)
      : Decimal.exactlyBig(
          BigInt(text.slice(0, point) + text.slice(point + 1)),
          text.length - point - 1,
          text,
        );
  const [, sign = '', whole = '', behind = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === '' && behind === '') throw new Error(`"${text}" is no decimal number.`);
  const fraction = behind.replace(/0+$/, '');
  const scale = fraction.length - Number(exponent);
  const integer = BigInt(`${whole}${fraction}`) * (sign === '' ? 1n : -1n);
  return scale >= 0 ? Decimal.exactlyBig(integer, scale) : Decimal.exactlyBig(integer * bigTen(-scale), 0);
}
