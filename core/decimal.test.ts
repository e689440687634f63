import Big from 'big.js';
import t from 'tap';
import { ceilTo, dec, floorTo, rounded, text } from './decimal.js';

Big.DP = 30;
Big.RM = Big.roundDown;

/** A generator of its own, so that a failure can be found again (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Figures of every size, with many zeros and nines: around 2^53 another arithmetic begins. */
function figure(roll: (below: number) => number): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => ['0', '9', String(roll(10))][roll(3)]).join('');
  const known = ['0', '1', '0.1', '9007199254740991', '9007199254740992', '9007199254740993', '0.00000001'];
  const sign = roll(4) === 0 ? '-' : '';
  if (roll(8) === 0) return sign + known[roll(known.length)]!;
  const whole = roll(5) === 0 ? '0' : `${1 + roll(9)}${digits(roll(roll(3) === 0 ? 22 : 9))}`;
  return sign + whole + (roll(3) === 0 ? '' : `.${digits(1 + roll(roll(3) === 0 ? 32 : 9))}`);
}

const SEED = 20_240_601;

t.test(`every operation gives what big.js gives (seed ${SEED})`, async (t) => {
  const roll = dice(SEED);
  const wrong: string[] = [];
  const check = (what: string, ours: unknown, theirs: unknown) => {
    if (ours !== theirs) wrong.push(`${what}: ${String(ours)}, big.js ${String(theirs)}`);
  };
  for (let round = 0; round < 40_000 && wrong.length < 5; round += 1) {
    const [a, b] = [figure(roll), figure(roll)];
    const [x, y, p, q] = [dec(a), dec(b), new Big(a), new Big(b)];
    const plain = (value: Big) => value.toFixed().replace(/^-(0(\.0*)?)$/, '$1');
    check(`text ${a}`, x.toFixed(), plain(p));
    check(`number ${a}`, Object.is(Number(x), -0), false);
    check(`number ${a}`, Number(x) === Number(a), true);
    check(`${a} + ${b}`, text(x.plus(y)), plain(p.plus(q)));
    check(`${a} - ${b}`, text(x.minus(y)), plain(p.minus(q)));
    check(`${a} * ${b}`, text(x.times(y)), plain(p.times(q)));
    check(`${a} <=> ${b}`, x.cmp(y), p.cmp(q));
    check(`${a} <=> itself`, x.cmp(dec(a.includes('.') ? `${a}0` : a)), 0);
    check(`-${a}`, text(x.neg().abs()), plain(p.abs()));
    if (q.eq(0)) continue;
    check(`${a} / ${b}`, text(x.div(y)), plain(p.div(q)));
    check(`${a} * ${b} / ${b}`, text(x.times(y).div(y)), plain(p.times(q).div(q)));
    check(`${a} mod ${b}`, text(x.mod(y)), plain(p.mod(q)));
    const unit = dec(10).pow(-roll(12));
    check(`${a} by ${text(unit)}`, x.isMultipleOf(unit), p.mod(text(unit)).eq(0));
    if (y.sign > 0) check(`${a} a multiple of ${b}`, x.isMultipleOf(y), p.mod(q).eq(0));
    const places = roll(14);
    check(`${a} to ${places}`, text(x.round(places)), plain(p.round(places, Big.roundDown)));
    const fixed = p.toFixed(places, Big.roundHalfUp);
    check(
      `${a} shown to ${places}`,
      rounded(x, places),
      Number(fixed) === 0 ? fixed.replace('-', '') : fixed,
    );
    check(`${a} near ${places}`, text(x.nearest(places)), plain(new Big(fixed)));
    const cut = p.toFixed(places, Big.roundDown);
    check(`${a} cut to ${places}`, x.toFixed(places), Number(cut) === 0 ? cut.replace('-', '') : cut);
    const [value, step] = [p.abs(), q.abs()];
    const floor = value.div(step).round(0, Big.roundDown).times(step);
    check(`floor ${a} to ${b}`, text(floorTo(x.abs(), y.abs())), plain(floor));
    const ceil = floor.lt(value) ? floor.plus(step) : floor;
    check(`ceil ${a} to ${b}`, text(ceilTo(x.abs(), y.abs())), plain(ceil));
  }
  t.same(wrong, []);
});

t.test(`a number is read by its shortest text (seed ${SEED})`, async (t) => {
  const roll = dice(SEED);
  const wrong: string[] = [];
  for (let round = 0; round < 40_000; round += 1) {
    const value = Number(figure(roll)) * [1, 1, 1.1, 1e-9, 1e12][roll(5)]!;
    const expected = new Big(value).toFixed().replace(/^-0$/, '0');
    if (dec(value).toFixed() !== expected) wrong.push(`${value}: ${dec(value).toFixed()}, not ${expected}`);
  }
  t.same(wrong, []);
  t.equal(text(dec(0.1).plus(0.2)), '0.3');
  t.equal(text(dec(-0)), '0');
  for (const value of [NaN, Infinity, -Infinity]) t.throws(() => dec(value), /is no decimal number/);
});

t.test(
  'figures far apart in size are compared rightly, and so are those that differ in the last digit',
  async (t) => {
    const all = ['1', '5.000000000000000000000000000001', '4.999999999999999999999999999999', '-5'];
    all.push('5', '1e60', '5e-70', '12345678901234567890.1', '12345678901234567890.2', '-1e60', '0');
    for (const a of all) for (const b of all) t.equal(dec(a).cmp(b), new Big(a).cmp(b), `${a} and ${b}`);
  },
);

t.test('the same text is read to the same amount, whatever was read in between', async (t) => {
  const texts = Array.from(
    { length: 3_000 },
    (_, index) => `${index % 7}.${String(index).padStart(5, '0')}1`,
  );
  const wrong = [...texts, ...texts, ...texts.reverse()].filter((each) => text(dec(each)) !== each);
  t.same(wrong, []);
});

t.test('texts are read as big.js reads them, and written without needless digits', async (t) => {
  const texts = ['5.', '.5', '-.5', '007', '00.70', '1e3', '1E-3', '-0', '-0.0', '1.10', '100', '0.0000001'];
  for (const each of [...texts, '123456789012345678901234567890.5', '12e25', '1.5e-20'])
    t.equal(dec(each).toFixed(), new Big(each).toFixed().replace(/^-0$/, '0'), each);
  for (const each of ['', '-', '.', '-.', '+1', ' 1', '1 ', '1,5', '0x10', 'e5', '1e', 'NaN', '--1', '1.2.3'])
    t.throws(() => dec(each), /is no decimal number/, each);
});

t.test('a division by zero throws', async (t) => {
  t.throws(() => dec(1).div(0), /cannot be divided by zero/);
  t.throws(() => dec(1).mod('0.0'), /cannot be divided by zero/);
});

t.test('it is text in JSON, and a number where one is asked for', async (t) => {
  t.equal(JSON.stringify({ a: dec('0.10') }), '{"a":"0.1"}');
  t.equal(`${dec('0.0000001')}`, '0.0000001');
  t.equal(Number(dec('12.5')), 12.5);
  t.equal(text(dec(10).pow(-8)), '0.00000001');
  t.equal(text(dec(10).pow(3)), '1000');
});
