import t from 'tap';
import type { BotView, DecisionView } from '../../bot/files/view.js';
import type { HoldUps } from '../../bot/files/hold-ups.js';
import { holdingBot, sampleBot } from '../../test/sample-bots.js';
import { hindrances, judge, whyCount } from './judge.js';
import { sinceOutcome, WhySince } from './since.js';
import { whyOf } from './seen.js';

/** A moment after the sample bots' last sign of life, within their interval. */
const NOW = 1_709_820_300_000;

const quiet: HoldUps = {
  said: { phase: 'ready', since: NOW - 60_000 },
  backOff: [],
  unprotected: null,
  leftBare: null,
  refusal: null,
  unrecorded: null,
  haltedSince: null,
  drawdownAt: null,
  heedsExit: true,
  protected: true,
};
const hold = (over: Partial<HoldUps>): Partial<BotView> => ({ holdUps: { ...quiet, ...over } });
const said = (over: Partial<DecisionView>): Partial<BotView> => ({
  lastDecision: {
    time: NOW,
    signal: 'rsi',
    verdict: 'enter',
    reasoning: 'RSI 27.4, needs ≤ 30, but it holds back',
    outcome: 'waits',
    indicators: { rsi: 27.4012345 },
    ...over,
  },
});
const cap = (over: object): Partial<BotView> => ({
  caps: [
    {
      name: 'daily-loss',
      used: '5.2',
      limit: '5',
      unit: '%',
      reached: true,
      until: null,
      words: 'does not buy before midnight',
      ...over,
    } as never,
  ],
});
const difference = (ignored: boolean): Partial<BotView> => ({
  reconciled: ignored,
  difference: {
    since: NOW - 5_000,
    ignored,
    shortages: [{ asset: 'BTC', booked: '0.01', others: '0', held: '0.006', missing: '0.004' }],
    message: 'The account has 0.006: 0.004 BTC are missing.',
    adopt: '',
    ignore: '',
  } as never,
});

/** What is so of a bot, and what is found: `weight code #setting`. */
const FOUND: readonly (readonly [what: string, bot: BotView, found: readonly string[]])[] = [
  ['nothing held, nothing wrong', sampleBot(), []],
  ['a position, protected', holdingBot(), []],
  [
    'a config with a fault',
    sampleBot({ errors: ['/data/bots/a/config.json:3:7: budget must be decimal'] }),
    ['act config #config'],
  ],
  ['refused', sampleBot({ actual: 'refused', errors: ['Another copy runs.'] }), ['act refused #log']],
  ['its process gave up', sampleBot({ actual: 'errored' }), ['act errored #log']],
  ['it lives without its supervisor', sampleBot({ actual: 'lost' }), ['act lost #log']],
  ['it should run and does not', sampleBot({ actual: 'stopped', process: null }), ['act not-started #log']],
  [
    'it refuses to trade',
    sampleBot(hold({ refusal: 'The exchange knows a higher number.' })),
    ['act refusing #log'],
  ],
  ['a complaint of no kind', sampleBot({ errors: ['position.json cannot be read.'] }), ['act trouble #log']],
  [
    'no stop rests',
    holdingBot(hold({ unprotected: { since: NOW - 9_000, sentence: 'No stop.' } })),
    ['act unprotected #setting-plan.stopLossPercent'],
  ],
  [
    'its stop was cancelled, and is left',
    holdingBot(hold({ leftBare: 'By your wish.' })),
    ['act protection-left #setting-protectionCancelled'],
  ],
  [
    'sales are refused',
    holdingBot(hold({ backOff: [{ side: 'SELL', until: NOW + 4_000, failures: 3, code: 'filter' }] })),
    ['act refused-sell #orders'],
  ],
  [
    'stopped, holding, protected',
    holdingBot({ desired: 'stopped', actual: 'stopped', ...hold({}) }),
    ['held stopped-holding '],
  ],
  [
    'stopped, holding, bare',
    holdingBot({ desired: 'stopped', actual: 'stopped', ...hold({ protected: false }) }),
    ['act stopped-unprotected '],
  ],
  ['books that differ', sampleBot(difference(false)), ['act diverged #bot-header']],
  ['a difference that is ignored', sampleBot(difference(true)), ['held difference-ignored #bot-header']],
  [
    'no money set aside',
    sampleBot({ reservation: { amount: null, denied: 'The account holds 500 USDT: lower its budget.' } }),
    ['act unreserved #setting-budget'],
  ],
  [
    'a cap in the way of its money',
    sampleBot({ reservation: { amount: null, denied: 'The cap on BTCUSDT is 500 USDT.' } }),
    ['act unreserved /caps'],
  ],
  [
    'less set aside than asked',
    sampleBot({ reservation: { amount: '500', denied: 'The account holds 500 USDT.' } }),
    ['held partly-reserved #setting-budget'],
  ],
  [
    'set aside for what it holds alone',
    sampleBot({ reservation: { amount: '0.27', denied: 'The cap on BTCUSDT is 1 USDT.', buys: false } }),
    ['act unreserved /caps'],
  ],
  ['the daily loss', sampleBot(cap({})), ['held daily-loss #setting-risk.maxDailyLossPercent']],
  ['the drawdown', sampleBot(cap({ name: 'drawdown' })), ['act drawdown #setting-risk.maxDrawdownPercent']],
  [
    'entries within the hour',
    sampleBot(cap({ name: 'orders-per-hour', unit: 'entries' })),
    ['held orders-per-hour #setting-risk.maxOrdersPerHour'],
  ],
  ['a budget in use is no cap', sampleBot(cap({ name: 'budget' })), []],
  ['nothing can be recorded', sampleBot(hold({ unrecorded: 'The disk is full.' })), ['act unrecorded #log']],
  [
    'a market that is halted',
    sampleBot({ halted: { since: NOW - 1_000 } }),
    ['held market-halted #setting-symbol'],
  ],
  ['a fleet that is halted', sampleBot({ fleetHalted: true }), ['held fleet-halted /resume']],
  ['paused', sampleBot({ paused: true }), ['held paused ']],
  ['a dry run', sampleBot({ dryRun: true }), ['held dry-run #setting-dryRun']],
  ['comparing its books', sampleBot({ reconciled: false, ...hold({}) }), ['held recovering #log']],
  [
    'buys are refused',
    sampleBot(hold({ backOff: [{ side: 'BUY', until: NOW + 2_000, failures: 1, code: 'filter' }] })),
    ['held refused-buy #log'],
  ],
  [
    'for want of money',
    sampleBot(hold({ backOff: [{ side: 'BUY', until: NOW + 2_000, failures: 1, code: 'funds' }] })),
    ['held refused-buy /account'],
  ],
  [
    'a back-off that is over',
    sampleBot(hold({ backOff: [{ side: 'BUY', until: NOW - 1, failures: 1, code: 'filter' }] })),
    [],
  ],
  ['all batches held', holdingBot(said({ outcome: 'full' })), ['held full #setting-plan.maxBatches']],
  [
    'too soon after a batch',
    holdingBot(said({ outcome: 'too-soon' })),
    ['held too-soon #setting-plan.klinesBetweenBatches'],
  ],
  [
    'stopped out',
    sampleBot(said({ outcome: 'stopped-out' })),
    ['held stopped-out #setting-plan.restartAfterStop'],
  ],
  [
    'too far above its start',
    sampleBot(said({ outcome: 'above-start' })),
    ['held above-start #setting-plan.maxAbovePercent'],
  ],
  ['money below the minimum', sampleBot(said({ outcome: 'too-small' })), ['held too-small #setting-budget']],
  ['the signal waits', sampleBot(said({ verdict: 'hold', outcome: 'waits' })), []],
  [
    'an order without an answer',
    sampleBot({ openOrders: [{ ...holdingBot().openOrders[0]!, status: 'unresolved' }] }),
    ['held unresolved #orders'],
  ],
  [
    'an exit that its plan does not heed',
    holdingBot({
      plan: 'martingale',
      ...hold({ heedsExit: false }),
      ...said({ verdict: 'exit', outcome: 'holds' }),
    }),
    ['held exit-unheeded #setting-plan.exitOnSignal'],
  ],
  [
    'a command that waits',
    sampleBot({ desired: 'stopped', actual: 'stopped', waitingCommands: ['pause'] }),
    ['held command-waits '],
  ],
  [
    'silence, live',
    sampleBot({ venue: 'binance', lastKline: NOW - 3_600_000 }),
    ['act stale #setting-interval'],
  ],
  [
    'silence, on paper',
    sampleBot({ lastKline: NOW - 3_600_000, lastActivity: NOW - 900_000 }),
    ['held stale #setting-interval'],
  ],
  ['an old kline in a replay that goes on', sampleBot({ lastKline: 1_500_000_000_000 }), []],
  [
    'several at once: the gravest first',
    sampleBot({ paused: true, ...difference(false) }),
    ['act diverged #bot-header', 'held paused '],
  ],
];

t.test('what hinders a bot, and the setting that decides it', async (t) => {
  for (const [what, bot, found] of FOUND) {
    const seen = hindrances(bot, NOW).map(({ code, weight, link }) => {
      const place = link?.href.replace(`/bots/${bot.id}`, '') ?? '';
      return `${weight} ${code} ${place}`;
    });
    t.same(seen, found, what);
    for (const { sentence } of hindrances(bot, NOW)) t.match(sentence, /\.$|decimal$/, `${what}: a sentence`);
  }
});

t.test('the figures that decide stand beside the words', async (t) => {
  const figures = (bot: BotView) =>
    Object.fromEntries(
      judge(bot, NOW).flatMap(({ numbers }) => numbers.map(({ name, value }) => [name, value])),
    );
  t.same(figures(sampleBot(cap({}))), { 'loss today': '5.2 %', limit: '5 %' });
  t.same(figures(sampleBot(difference(false))), { missing: '0.004 BTC' });
  t.same(figures(sampleBot(said({ outcome: 'too-small' }))), { rsi: '27.4012', price: '65020.4 USDT' });
  t.same(figures(holdingBot()), {
    price: '65020.4 USDT',
    'to the target': '+3.69 %',
    'to the stop': '−3.22 %',
    'bought at': '64210.50 USDT',
  });
});

t.test('a bot that waits as it should says for what, and counts for nothing', async (t) => {
  const codes = (bot: BotView) => judge(bot, NOW).map(({ code, weight }) => `${weight} ${code}`);
  t.same(codes(sampleBot()), ['calm signal']);
  t.same(codes(holdingBot()), ['calm target']);
  t.same(codes(sampleBot({ phase: 'entering' })), ['calm entering']);
  t.same(codes(sampleBot({ desired: 'stopped', actual: 'stopped' })), ['calm new']);
  t.same(codes(holdingBot({ phase: 'flat', desired: 'stopped', actual: 'stopped' })), ['calm stopped']);
  t.match(judge(sampleBot(), NOW)[0]?.sentence, /waits: RSI 47.3, needs ≤ 30/);
  t.equal(
    whyCount([sampleBot(), holdingBot(), sampleBot({ paused: true }), sampleBot({ actual: 'lost' })], NOW),
    2,
  );
});

t.test('since when its decisions come to nothing', async (t) => {
  const decision = (wall: number, outcome: string) => ({ ...said({}).lastDecision!, outcome, wall }) as never;
  const some = [decision(1, 'enters'), decision(2, 'too-small'), decision(3, 'too-small')];
  t.same(sinceOutcome(some, 'too-small'), { at: 2, exact: true });
  t.same(sinceOutcome(some.slice(1), 'too-small'), { at: 2, exact: false }, 'there may be older ones');
  t.equal(sinceOutcome(some, 'full'), null);
  t.equal(sinceOutcome([], 'full'), null);
});

t.test(
  'what no file tells counts from when it was first seen, and from the decisions where they tell',
  async (t) => {
    let now = NOW;
    let bots = [
      sampleBot({ id: 'dry', dryRun: true }),
      sampleBot({ id: 'small', ...said({ outcome: 'too-small' }) }),
    ];
    const decisions = [
      { ...said({}).lastDecision!, outcome: 'enters', wall: 5 },
      { ...said({ outcome: 'too-small' }).lastDecision!, wall: 9 },
    ];
    const since = new WhySince({
      bots: () => bots,
      now: () => now,
      decisions: async () => decisions as never,
    });
    t.teardown(() => since.close());
    const look = (): void => bots.forEach(() => since.look());
    const of = (id: string) => {
      const [finding] = judge(
        bots.find((bot) => bot.id === id)!,
        now,
      );
      return since.of(id, finding!);
    };
    look();
    await new Promise((resolve) => setImmediate(resolve));
    t.same(of('dry'), { at: NOW, exact: false }, 'it was so before the server began');
    t.same(of('small'), { at: 9, exact: true });
    now += 60_000;
    look();
    t.same(of('dry'), { at: NOW, exact: false }, 'it stays so');
    bots = [...bots, sampleBot({ id: 'new', dryRun: true })];
    look();
    t.same(of('new'), { at: now, exact: true }, 'seen to begin');
    bots = bots.slice(1);
    look();
    look();
    t.equal(since.of('dry', { code: 'dry-run', since: null }), null, 'a bot that is gone is forgotten');
  },
);

t.test('those that need their user come first, in the order of their ids', async (t) => {
  const bots = [
    sampleBot({ id: 'a' }),
    sampleBot({ id: 'b', paused: true }),
    sampleBot({ id: 'c', actual: 'lost' }),
    sampleBot({ id: 'd', actual: 'lost' }),
  ];
  t.same(
    whyOf(bots, NOW, () => null).map(({ id, weight }) => `${id} ${weight}`),
    ['c act', 'd act', 'b held', 'a calm'],
  );
});
