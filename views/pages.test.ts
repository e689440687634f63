import t from 'tap';
import { nextExits } from '../bot/files/next-exits.js';
import type { BotView } from '../bot/files/view.js';
import { holdingBot, sampleBot } from '../test/sample-bots.js';
import { accountList } from './account.js';
import {
  botHeader,
  botPage,
  configEditor,
  decisionsTable,
  liveParts,
  logTail,
  nowPanel,
  ordersTable,
  pushEvent,
  timeline,
  tradesTable,
} from './bot.js';
import { confirmDialog } from './confirm.js';
import { healthMarks, whyCount } from './layout.js';
import type { BotPageModel, ShownDecision, TotalsModel } from './model.js';
import { actedRow } from './fleet/row.js';
import { botRow, overviewPage, totals } from './overview.js';
import { inFolder, pnl, sparkline } from './parts.js';
import { pastSection } from './past.js';
import { progressSection } from './progress.js';
import { countStates, stateOf } from './state.js';

const now = 1_709_820_300_000;
const health = { exchangeLatencyMs: 41.3, streamAgeMs: 410 };
const bots = [holdingBot(), sampleBot({ id: 'eth', name: 'ETH', desired: 'stopped', actual: 'stopped' })];
const money: TotalsModel = {
  paper: {
    currency: 'USDT',
    equity: '10482.17',
    today: '61.2',
    all: '482.17',
    budget: '10000',
    history: [1, 2, 3],
  },
  live: null,
  counts: countStates(bots),
};

function botModel(over: Partial<BotPageModel> = {}): BotPageModel {
  return {
    now,
    health,
    bot: holdingBot(),
    decisions: [
      {
        time: now - 60_000,
        signal: 'rsi',
        verdict: 'hold',
        outcome: 'waits',
        reasoning: 'RSI 47.3, needs ≤ 30',
        indicators: { rsi: 47.31, ema: null },
      },
    ],
    log: [{ time: now - 1_000, level: 'warn', code: 'STREAM', message: 'stream silent for 12 s' }],
    config: { id: 'btc-dip', text: '{\n  "id": "btc-dip"\n}\n', version: 'v1', holding: true },
    ...over,
  };
}

const has = (page: unknown, part: unknown): boolean => String(page).includes(String(part));

t.test('a market that has ended says so instead of a silent stream', async (t) => {
  const ended = { ...health, streamAgeMs: 60_000, notice: 'The recording has come to its end.' };
  t.match(String(healthMarks(ended)), 'The recording has come to its end.');
  t.notMatch(String(healthMarks(ended)), 'stream');
  t.match(
    String(healthMarks({ ...ended, notice: null })),
    /mark bad[^>]*title="Age of the last market event/,
  );
});

t.test('a signal that led to nothing is no trade: a bot that holds waits', async (t) => {
  const decision = {
    time: now,
    signal: 'rsi',
    verdict: 'enter',
    reasoning: 'RSI 27',
    indicators: {},
  } as const;
  const table = (outcome: 'enters' | 'holds') => String(decisionsTable([{ ...decision, outcome }], now));
  t.match(table('enters'), /<\/svg>buy</);
  t.match(table('holds'), /<\/svg>wait<.*already holding/);
});

t.test(
  'each row of a table that is pushed is known by its id, so that only a new one is marked',
  async (t) => {
    const waits = { signal: 'rsi', verdict: 'hold', outcome: 'waits', reasoning: 'RSI 47', indicators: {} };
    const at = (time: number) => ({ ...waits, time }) as ShownDecision;
    const idsIn = (page: unknown): string[] =>
      [...String(page).matchAll(/<tr id="([^"]+)"/g)].map(([, id]) => id ?? '');
    const before = idsIn(decisionsTable([at(2), at(1)], now));
    t.same(idsIn(decisionsTable([at(3), at(2), at(1)], now)).slice(1), before);
    for (const page of [ordersTable(holdingBot()), tradesTable(holdingBot(), now)]) {
      const ids = idsIn(page);
      t.equal(ids.length, 2);
      t.equal(new Set(ids).size, 2, ids.join());
    }
  },
);

t.test('a bot whose settings cannot be read shows what is wrong by its place, and no venue', async (t) => {
  const bot = sampleBot({
    venue: '',
    symbol: '',
    interval: '',
    signal: '',
    plan: '',
    errors: ['/home/me/data/bots/b/config.json:7:13: budget: must be above 0'],
  });
  const page = String(botPage(botModel({ bot })));
  t.match(page, '<li>config.json:7:13: budget: must be above 0</li>');
  t.notMatch(page, /LIVE|data-klines/);
  t.match(String(botRow(bot, now)), 'config.json:7:13');
});

t.test('a fragment is the same on its page and alone, so that answers and pushes fit', async (t) => {
  const overview = overviewPage({ now, health, totals: money, bots });
  for (const bot of bots) t.ok(has(overview, botRow(bot, now)), `row of ${bot.id}`);
  t.ok(has(overview, totals(money)), 'totals');
  t.ok(has(overview, healthMarks(health)), 'health');

  const model = botModel();
  const page = botPage(model);
  for (const [id, part] of Object.entries(liveParts(model.bot, now))) {
    t.match(String(part).trim(), new RegExp(`^<\\w+\\s+id="${id}"`), 'a push finds its place');
    t.ok(has(page, part), `${id} on the page`);
  }
  t.ok(has(page, decisionsTable(model.decisions, now)), 'decisions');
  t.ok(has(page, logTail(model.bot.id, model.log)), 'log');
  t.ok(has(page, configEditor(model.config)), 'config editor');
});

t.test('every fragment that is pushed has the id it is pushed to', async (t) => {
  const model = botModel();
  const ids: [unknown, string][] = [
    [botRow(holdingBot(), now), 'bot-btc-dip'],
    [totals(money), 'totals'],
    [healthMarks(health), 'health'],
    [botHeader(model.bot, now), 'bot-header'],
    [nowPanel(model.bot, now), 'now'],
    [decisionsTable(model.decisions, now), 'decisions'],
    [decisionsTable([], now), 'decisions'],
    [ordersTable(model.bot), 'orders'],
    [ordersTable(sampleBot()), 'orders'],
    [tradesTable(model.bot, now), 'trades'],
    [tradesTable(sampleBot(), now), 'trades'],
    [logTail(model.bot.id, model.log), 'log'],
    [configEditor(model.config), 'config'],
  ];
  for (const [fragment, id] of ids) t.match(String(fragment), new RegExp(`^\\s*<\\w+ id="${id}"`), id);
});

t.test('nothing inline is on any page: no script text, no style, no handler', async (t) => {
  for (const page of [
    overviewPage({ now, health, totals: money, bots }),
    overviewPage({ now, health, totals: money, bots: [] }),
    botPage(botModel()),
  ]) {
    const text = String(page);
    t.notMatch(text, /\sstyle=/);
    t.notMatch(text, /<style/);
    t.notMatch(text, /\son\w+=/);
    t.notMatch(text, /hx-on|js:/);
    t.notMatch(text, /<script(?![^>]*\ssrc=)[^>]*>/);
  }
});

t.test('the state shown is the most important thing that is true', async (t) => {
  const words = (over: Parameters<typeof sampleBot>[0]): string => stateOf(sampleBot(over)).word;
  t.equal(words({}), 'running');
  t.equal(words({ phase: 'holding' }), 'holding');
  t.equal(words({ phase: 'entering' }), 'buying');
  t.equal(words({ phase: 'exiting' }), 'selling');
  t.equal(words({ actual: 'stopped' }), 'starting…');
  t.equal(words({ actual: 'starting' }), 'starting…');
  t.equal(words({ reconciled: false }), 'checking');
  t.equal(words({ desired: 'stopped' }), 'stopping…');
  t.equal(words({ desired: 'stopped', actual: 'stopped' }), 'stopped');
  t.equal(words({ actual: 'errored' }), 'needs you');
  t.equal(words({ phase: 'holding', errors: ['books differ by 0.004 SOL'] }), 'needs you');
  t.same(countStates(bots), { running: 1, holding: 1, needsYou: 0, stopped: 1 });
});

t.test('a row says why in words, and what went wrong before what it waits for', async (t) => {
  t.match(String(botRow(sampleBot(), now)), 'RSI 47.3, needs ≤ 30');
  t.match(String(botRow(sampleBot(), now)), '2 s ago');
  const wrong = String(
    botRow(sampleBot({ errors: ['config.json:3:5: period must be at least 2, is −5'] }), now),
  );
  t.match(wrong, 'config.json:3:5');
  t.notMatch(wrong, 'RSI 47.3');
  t.match(
    String(
      actedRow(botRow(sampleBot(), now), sampleBot(), { kind: 'problem', text: 'It is stopping already.' }),
    ),
    'It is stopping already.',
  );
});

t.test(
  'totals say that none buys in a halt, and the badge of Why counts who needs you and who is held back',
  async (t) => {
    const calm = String(totals(money));
    t.match(calm, /<\/b> running<\/span>/);
    t.notMatch(calm, 'held back');
    const halted = String(
      totals({ ...money, halted: true, heldBack: 2, counts: { ...money.counts, needsYou: 1 } }),
    );
    t.match(halted, 'running, none buys');
    t.match(halted, /<b class="num">2<\/b> held back.*<b class="num">1<\/b> needs you/s);
    t.match(String(whyCount(3)), /3<\/span><span class="sr"> need you or are held back/s);
  },
);

t.test('on an account no rest of a coin is shown as nothing', async (t) => {
  const bot = {
    id: 'a',
    name: 'A',
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    quantity: '0.00000310',
    cost: '0.2',
  };
  const more = {
    worth: '0.0019',
    pricePrecision: 2,
    quantityPrecision: 5,
    reserved: '100',
    fees: {},
    parked: [],
  };
  const account = {
    account: 'paper',
    venue: 'paper',
    key: null,
    isOpen: true,
    at: now,
    problem: null,
    otherBots: 0,
  };
  const rest = { assets: [], orders: [], fees: {} };
  const page = String(
    accountList({ now, health, accounts: [{ ...account, ...rest, bots: [{ ...bot, ...more }] }] }),
  );
  t.match(page, '0.00000310');
  t.match(page, '0.0019');
  t.match(page, '100.00');
  const doge = { ...bot, ...more, base: 'DOGE', quantity: '0.64', quantityPrecision: 0 };
  t.match(String(accountList({ now, health, accounts: [{ ...account, ...rest, bots: [doge] }] })), '0.64');
});

t.test('before its first kline the countdown is to the next close of its interval', async (t) => {
  const fresh = sampleBot({ lastKline: null, interval: '1h' });
  for (const part of [String(botRow(fresh, now)), String(nowPanel(fresh, now))])
    t.match(part, 'data-every="3600000" data-venue="paper"');
  t.notMatch(String(nowPanel(sampleBot({ lastKline: null, desired: 'stopped' }), now)), 'data-every');
});

t.test('a bot that runs with a config that became faulty says that it trades on', async (t) => {
  const errors = ['/data/bots/a/config.json:9:3: a comma is missing'];
  const faulty = { desired: 'running', actual: 'online', errors } as const;
  t.match(String(botHeader(sampleBot(faulty), now)), /a comma is missing[^]*It trades on with the settings/);
  t.notMatch(String(botHeader(sampleBot({ ...faulty, actual: 'refused' }), now)), 'It trades on');
  t.notMatch(String(botHeader(sampleBot({ ...faulty, errors: ['the disk is full'] }), now)), 'It trades on');
});

t.test('a rest too small to sell is dust: shown, and no holding', async (t) => {
  const dusty = sampleBot({
    position: { quantity: '0.00000140', averagePrice: '64210.5', cost: '0.09', unrealizedPnl: '0' },
  });
  t.same(countStates([dusty]).holding, 0);
  t.match(String(botRow(dusty, now)), 'dust');
  t.match(String(nowPanel(dusty, now)), 'dust');
  t.match(
    String(botRow(dusty, now)),
    'hx-post="/bots/btc-dip/stop?from=row"',
    'no question: no money is at stake',
  );
});

t.test('a bot with real money is told from one on paper in the fleet and on its page', async (t) => {
  const live = holdingBot({ venue: 'binance' });
  t.match(botRow(live, now).toString(), /class="venue live" title="Real money, on binance\.">LIVE</);
  t.match(botHeader(live, now).toString(), /class="venue live"[^>]*>LIVE binance</);
  for (const venue of ['paper', 'binance-testnet'])
    t.notMatch(botRow(holdingBot({ venue }), now).toString(), /LIVE|real money/i);
});

t.test('stopping asks only where money is at stake', async (t) => {
  t.match(String(botRow(sampleBot(), now)), 'hx-post="/bots/btc-dip/stop?from=row"');
  t.match(String(botRow(holdingBot(), now)), 'hx-get="/bots/btc-dip/stop?from=row"');
});

t.test('a question says exactly what happens with the money', async (t) => {
  const stop = String(confirmDialog(holdingBot(), 'stop', 'page'));
  t.match(stop, 'Nothing is sold. It keeps 0.01520 BTC, last price 65,020.40, +12.31 USDT open.');
  t.match(stop, 'Its 2 sell orders stay on the exchange');
  t.match(stop, 'hx-target="#bot-header"');
  t.match(String(confirmDialog(holdingBot({ openOrders: [] }), 'stop')), 'nothing protects the position');
  t.match(String(confirmDialog(holdingBot(), 'delete')), 'no bot looks after it any more');
  t.match(String(confirmDialog(sampleBot(), 'delete')), 'It holds nothing that can be sold');
  const position = { quantity: '1.25', averagePrice: '3000', cost: '3750', unrealizedPnl: '5' };
  const book = { symbol: 'ETHUSDT', base: 'ETH', quote: 'USDT', phase: 'holding', position, openOrders: [] };
  const left = sampleBot({ parked: [book] as unknown as NonNullable<BotView['parked']> });
  t.match(String(confirmDialog(left, 'delete')), 'Parked in ETHUSDT: 1.25 ETH stay in the account');
});

t.test('gain and loss are told by sign, mark and word, not by colour alone', async (t) => {
  t.match(String(pnl('12.31', 2)), /#i-up.*gain.*\+12\.31/);
  t.match(String(pnl('-8.02', 2)), /#i-down.*loss.*−8\.02/);
  t.match(String(pnl('61.2', 2, '10000')), '(+0.61 %)');
});

t.test('a sparkline needs two points and stays inside its frame', async (t) => {
  t.equal(String(sparkline([1], 'x')), '');
  t.equal(String(sparkline([NaN, 1, Infinity], 'x')), '');
  const points = /polyline points="([^"]*)"/.exec(String(sparkline([5, 1, 9, 4], 'x', 100, 20)))?.[1] ?? '';
  for (const point of points.split(' ')) {
    const [x, y] = point.split(',').map(Number) as [number, number];
    t.ok(x >= 0 && x <= 100 && y >= 0 && y <= 20, point);
  }
});

t.test('a problem names the file without the folders before it', async (t) => {
  t.equal(inFolder('/data/bots/a/config.json:7:13: budget: x'), 'config.json:7:13: budget: x');
  t.equal(inFolder('/My Data/b c/bots/a/config.json:7:13: x'), 'config.json:7:13: x');
  t.equal(inFolder('C:\\bots\\a\\config.json:1:1: x'), 'config.json:1:1: x');
  t.equal(inFolder('/data/bots/a/config.json cannot be read: ENOENT'), 'config.json cannot be read: ENOENT');
  t.equal(inFolder('Sells at 1/2 of config.json'), 'Sells at 1/2 of config.json');
});

t.test('a stopped bot that its config keeps from starting is edited, not started', async (t) => {
  const errors = ['/data/bots/a/config.json:7:13: budget: must be above 0'];
  const over = {
    id: 'a',
    desired: 'stopped',
    actual: 'stopped',
    waitingFor: null,
    lastDecision: null,
  } as const;
  const refused = sampleBot({ ...over, errors });
  const row = String(botRow(refused, now));
  t.match(row, /href="\/bots\/a#config"[^>]*>Edit</);
  t.notMatch(row, />\s*Start\s*</);
  t.notMatch(row, /\/data\/bots/, 'also not in the explanation of its state');
  t.notMatch(nowPanel(refused, now), /Press Start/);
  t.match(botRow(sampleBot(over), now), />\s*Start\s*</);
});

t.test('a stopped bot that holds says so', async (t) => {
  t.equal(stateOf(holdingBot({ desired: 'stopped', actual: 'stopped' })).word, 'stopped, holding');
});

t.test('a market with a clock of its own is told from the wall', async (t) => {
  const [one] = botModel().decisions;
  const at = (wall?: number) =>
    String(decisionsTable([{ ...one!, ...(wall === undefined ? {} : { wall }) }], now));
  t.match(at(one!.time + 90_000), 'market time');
  t.match(
    at(one!.time + 90_000),
    `wall <time class="moment" data-local="${one!.time + 90_000}"`,
    'and which it was',
  );
  t.notMatch(at(one!.time + 900), 'market time');
  t.notMatch(at(one!.time + 900), 'wall <time');
  t.notMatch(at(), 'market time');
});

t.test('without a bot no market is silent', async (t) => {
  const marks = (over: object) =>
    String(healthMarks({ exchangeLatencyMs: null, streamAgeMs: null, ...over }));
  t.match(marks({ idle: true }), 'no streams needed');
  t.notMatch(marks({ idle: true }), 'silent');
  t.match(marks({}), 'silent');
});

t.test('what rounds to nothing has no sign, and an aside is a word of its own', async (t) => {
  const [one] = botModel().decisions;
  const table = String(
    decisionsTable([{ ...one!, verdict: 'enter', outcome: 'holds', indicators: { macd: -0.00001 } }], now),
  );
  t.notMatch(table, /[-\u2212]0\.0/);
  t.match(table, /wait<\/span> <small[^>]*>already holding/);
});

t.test('batches show their steps by mark and word, and what rests on the exchange', async (t) => {
  const step = (slot: string, state: 'done' | 'active' | 'pending' | 'rolled') => ({
    ...{ name: '33 % at +1.2 %', slot, price: '105754', quantity: '0.00016', state },
  });
  const progress = [
    {
      ...{ name: 'Batch 1', lot: 1, price: '104500', cost: '50', quantity: '0.00048', remaining: '0.00032' },
      stop: '88825',
      steps: [
        step('b1_s1', 'done'),
        step('b1_s2', 'active'),
        step('b1_s3', 'pending'),
        step('b1_s4', 'rolled'),
      ],
    },
  ];
  const [order] = holdingBot().openOrders;
  const page = String(progressSection(holdingBot({ progress, openOrders: [{ ...order!, slot: 'b1_s2' }] })));
  t.match(page, /50\.00 USDT @ 104,500\.00/);
  t.match(page, /class="step done" title="done">.*✓/s);
  t.match(page, /class="step active".*◌.*0\.00016 @ 105,754\.00.*on exchange.*class="step pending".*·/s);
  t.match(page, /class="step rolled" title="skipped: by itself/);
  t.match(page, /<progress max="4" value="1"/);
  t.match(page, /88,825\.00/);
  t.equal(String(progressSection(holdingBot())), '<section id="progress" hidden></section>');
});

t.test('of several batches the next target and the next stop are told, watched or resting', async (t) => {
  const [target, stop] = holdingBot().openOrders;
  const pair = (above: string, below: string) => [
    { ...target!, price: above },
    { ...stop!, stopPrice: below },
  ];
  const orders = [...pair('3400.01', '2855.73'), ...pair('3394.54', '2851.14'), ...pair('9999', '2863.43')];
  const exits = nextExits(orders);
  t.same(exits, { target: '3394.54', stop: { price: '2863.43', rests: true } });
  t.match(
    String(nowPanel(holdingBot({ nextExits: exits }), now)),
    /3,394\.54.*on exchange.*2,863\.43.*on exchange/s,
  );
  const rest = { name: 'Batch 9', price: null, cost: null, quantity: null, remaining: null, steps: [] };
  const watched = nextExits(orders, [{ ...rest, lot: 9, stop: '2900' }]);
  t.same(watched.stop, { price: '2900', rests: false }, 'a stop that found no room on the exchange');
  t.match(String(nowPanel(holdingBot({ nextExits: watched }), now)), /2,900\.00.*>watched</s);
  t.same(
    nextExits([], [{ ...rest, lot: 9, stop: '2900' }]),
    { target: null, stop: null },
    'it places them first',
  );
  t.same(nextExits(orders, [{ ...rest, stop: '2900' }]).stop?.price, '2863.43', 'a martingale has one stop');
});

t.test('the history tells what came of batches and cycles, and figures over all', async (t) => {
  t.match(String(pastSection(sampleBot())), /Nothing has been bought and sold again yet/);
  const closed = {
    ...({
      part: 'batch',
      number: 3,
      symbol: 'BTCUSDT',
      plan: 'ladder',
      openedAt: now - 9_000,
      closedAt: now,
    } as const),
    ...{
      price: '104500',
      quantity: '0.00048',
      cost: '50',
      received: '51.2',
      pnl: '1.2',
      end: 'take-profit' as const,
    },
    sales: [
      {
        slot: 'b3_s1',
        kind: 'target',
        quantity: '0.00016',
        percent: 33,
        received: '17',
        pnl: '0.4',
        time: now,
      },
    ] as const,
  };
  const none = { count: 0, won: 0, winRatePercent: null, pnl: '0', averagePnl: null };
  const steps = { count: 4, won: 3, winRatePercent: 75, pnl: '1.6', averagePnl: '0.4' };
  const past = {
    cycles: [],
    batches: [closed],
    figures: { cycles: none, batches: steps, steps },
    elsewhere: 0,
  };
  const page = String(pastSection(sampleBot({ past })));
  const read = page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  t.match(read, /50\.00 USDT @ 104,500\.00 target 33 %/);
  t.match(page, /steps sold<\/th>.*4.*75 %.*\+1\.60.*\+0\.40/s);
  t.notMatch(page, /cycles<\/th>/, 'none has ended');
  const came = (received: string, pnl: string): string =>
    String(pastSection(sampleBot({ past: { ...past, batches: [{ ...closed, received, pnl }] } })));
  t.match(came('51.2', '1.2'), /title="51\.20 USDT received"/);
  t.match(
    came('48.09', '-1.74'),
    /title="48\.09 USDT received; 0\.17 of the cost stays in what was too small to sell"/,
  );
  t.match(came('51.2', '1'), /; what was left from before and sold with it had cost 0\.20"/);
});

t.test('the timeline shows events with their marks, as text whatever they say', async (t) => {
  const line = { time: now, level: 'info', code: 'batch-sold', message: 'Batch 1 <b>sold</b>' } as const;
  t.match(String(timeline([line])), /<svg.*Batch 1 &lt;b&gt;sold/s);
  t.match(String(pushEvent(line)), /hx-target="#timeline-lines"/);
});

t.test('what is set aside says what it is for, and is nothing once a stop has given it back', async (t) => {
  const read = (reservation: BotView['reservation'], over: Partial<BotView> = {}): string =>
    String(nowPanel(sampleBot({ reservation: reservation ?? null, ...over }), now))
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
  const denied = 'The fleet may have no more.';
  t.match(read({ amount: '699.52', buys: false, denied }), /set aside 699\.52 for what it holds/);
  t.match(read({ amount: null, buys: false, denied }), /set aside nothing denied/);
  t.match(read({ amount: '500', denied }), /set aside 500\.00 limited/);
  t.match(read({ amount: '500', denied: null }, { actual: 'stopped' }), /set aside nothing/);
});
