import t from 'tap';
import { z } from 'zod';
import type { Kline } from '../../core/kline.js';
import type { PlanDefinition, SignalDefinition, Verdict } from '../../core/strategy.js';
import { plans, signals, signalNamed, planNamed } from '../../strategies/registry.js';
import { configOf } from '../config.js';
import { followerProblem } from '../backtest/refused.js';
import { botFaults } from './bot-check.js';
import { planFaults } from './plan-check.js';
import { signalFaults } from './signal-check.js';

const parameters = z.object({});

function cheating(name: string, create: SignalDefinition['create'], warmup = 0): SignalDefinition {
  return {
    name,
    title: name,
    description: name,
    parameters,
    warmup: () => warmup,
    create,
    words: () => name,
  };
}

const say = (enters: boolean): Verdict => ({
  action: enters ? 'enter' : 'hold',
  reasons: [],
  indicators: {},
});
const faultsOf = (signal: SignalDefinition) => signalFaults(signal, {} as never, '1h');

for (const signal of signals.values())
  t.test(
    `${signal.name}: for any prefix of the klines its verdicts are a prefix of its verdicts`,
    async (t) => {
      const given = signal.parameters.parse({}) as never;
      t.same(signalFaults(signal, given, '1h'), []);
    },
  );

for (const plan of plans.values())
  t.test(`${plan.name}: it answers what it is shown, and nothing else`, async (t) => {
    t.same(planFaults(plan, plan.parameters.parse({}) as never), []);
  });

/** Every signal, and every plan that klines alone can lead to trades. */
const pairs = [
  ...[...signals.keys()].map((signal) => [signal, 'single'] as const),
  ...[...plans.keys()]
    .filter((plan) => plan !== 'single' && followerProblem({ id: 'a', plan: { name: plan } }) === null)
    .map((plan) => ['rsi', plan] as const),
];
for (const [signal, plan] of pairs)
  t.test(`${signal} with ${plan}: what a bot does does not depend on what comes later`, async (t) => {
    const config = { id: 'a', symbol: 'BTCUSDT', interval: '5m', budget: '1000' };
    const bot = configOf({ ...config, signal: { name: signal }, plan: { name: plan } }, 'test');
    t.same(botFaults(bot), []);
  });

t.test('a signal that keeps what it saw, and uses it the next time, is caught', async (t) => {
  const closes = new Map<number, number>();
  const remembering = cheating('remembers', () => ({
    update({ openTime, close }: Kline) {
      closes.set(openTime, close);
      return say((closes.get(openTime + 3_600_000) ?? 0) > close);
    },
  }));
  t.match(faultsOf(remembering), [
    /^The signal "remembers": at kline \d+ .* says (enter|hold) the first time and (enter|hold) the next time.* keeps state outside its instance/,
  ]);
});

t.test('a signal that finds its place again in an array of its file is caught', async (t) => {
  const closes: number[] = [];
  const placed = cheating('places', () => {
    let place = -1;
    return {
      update({ close }: Kline) {
        place += 1;
        closes[place] ??= close;
        return say((closes[place + 1] ?? 0) > close);
      },
    };
  });
  t.equal(faultsOf(placed).length, 1);
});

/** The close `ahead` klines later, by what the object that a backtest shows can be made to give away. */
function peek(kline: Kline, ahead: number): number {
  const { index, columns } = kline as unknown as { index?: number; columns?: { close: Float64Array } };
  return columns?.close[index! + ahead] ?? NaN;
}

t.test('a signal that looks behind the kline it is shown is caught', async (t) => {
  const peeking = cheating('peeks', () => ({ update: (kline) => say(peek(kline, 1) > kline.close) }));
  t.match(faultsOf(peeking), [/^The signal "peeks": at kline \d+ .*it looks ahead\.$/]);
});

t.test('a signal that rolls dice, or keeps count over its instances, is caught', async (t) => {
  let count = 0;
  const counting = cheating('counts', () => ({ update: () => say((count += 1) % 7 === 0) }));
  t.match(faultsOf(counting), [/keeps state outside its instance, or uses chance or the clock/]);
  t.equal(faultsOf(cheating('dice', () => ({ update: () => say(Math.random() < 0.01) }))).length, 1);
});

t.test('a plan that remembers an earlier run is caught', async (t) => {
  const honest = planNamed('single');
  let highest = 0;
  const greedy: PlanDefinition = {
    ...honest,
    name: 'greedy',
    answer(view, given) {
      highest = Math.max(highest, Number(view.price ?? 0));
      return Number(view.price) >= highest ? { orders: [] } : honest.answer(view, given);
    },
  };
  t.match(planFaults(greedy, greedy.parameters.parse({}) as never), [/^The plan "greedy": asked again/]);
});

t.test('a whole bot that knows its future is caught', async (t) => {
  const honest = signalNamed('rsi');
  const known = signals as Map<string, SignalDefinition>;
  t.teardown(() => known.set('rsi', honest));
  known.set('rsi', {
    ...honest,
    warmup: () => 0,
    create: () => ({
      update(kline: Kline) {
        const later = peek(kline, 30);
        return { ...say(later > kline.close), ...(later < kline.close ? { action: 'exit' as const } : {}) };
      },
    }),
  });
  const config = { id: 'seer', symbol: 'BTCUSDT', interval: '5m', budget: '1000' };
  const bot = configOf({ ...config, signal: { name: 'rsi' }, plan: { name: 'single' } }, 'test');
  t.match(botFaults(bot), [/^seer: with other klines after .*it looks ahead\.$/]);
});
