import t from 'tap';
import { holdingBot } from '../test/sample-bots.js';
import { launchBrowser } from '../test/browser.js';
import { botPage, liveParts, pushLogLine } from './bot.js';
import { confirmDialog, confirmPage } from './confirm.js';
import { errorFragment, errorPage } from './error.js';
import type { BotPageModel, FormTexts } from './model.js';
import { checked, newBotPage } from './new-bot.js';
import { actedRow } from './fleet/row.js';
import { botRow, overviewPage, totals } from './overview.js';
import { countStates } from './state.js';
import { symbolRows } from './symbol-search.js';

const now = 1_709_820_300_000;

/** Ways out of text, of attributes, of tags and of the elements that hold raw text. */
const HOSTILE = [
  '<script>window.hacked=1</script>',
  '<img src=x onerror=window.hacked=1>',
  '"><svg onload=window.hacked=1>',
  "' onmouseover='window.hacked=1",
  '" autofocus onfocus="window.hacked=1',
  '</textarea><script>window.hacked=1</script>',
  '</title><script>window.hacked=1</script>',
  '</svg><iframe srcdoc="<script>parent.hacked=1</script>">',
  '<hx-partial hx-target="#main" hx-swap="innerHTML"><b>hacked</b></hx-partial>',
  '<div hx-get="/x" hx-trigger="load"></div>',
  'javascript:window.hacked=1',
  '&lt;img src=x onerror=window.hacked=1&gt;',
  '\u001b[31m<b>red</b>\u001b[0m',
  '<!--<script>window.hacked=1</script>-->',
  '${window.hacked=1}{{constructor.constructor("window.hacked=1")()}}',
];

function pages(evil: string): string[] {
  const health = { exchangeLatencyMs: null, streamAgeMs: null, problem: evil };
  const page = { now, health, token: evil };
  const bot = holdingBot({
    id: evil,
    name: evil,
    venue: evil,
    symbol: evil,
    base: evil,
    quote: evil,
    interval: evil,
    signal: evil,
    plan: evil,
    tags: [evil],
    price: evil,
    budget: evil,
    cash: evil,
    realizedPnl: evil,
    waitingFor: evil,
    errors: [evil],
    fees: { [evil]: evil },
    openOrders: [
      {
        slot: evil,
        clientOrderId: evil,
        side: 'SELL',
        type: evil,
        price: evil,
        stopPrice: evil,
        quantity: evil,
        filled: evil,
        status: evil,
      },
    ],
    trades: [
      {
        tradeId: evil,
        orderId: evil,
        clientOrderId: evil,
        time: now,
        side: 'BUY',
        price: evil,
        quantity: evil,
        fee: evil,
        feeAsset: evil,
        pnl: evil,
      },
    ],
    lastDecision: {
      time: now,
      signal: evil,
      verdict: 'hold',
      outcome: 'waits',
      reasoning: evil,
      indicators: { [evil]: 1 },
    },
  });
  const waiting = { ...bot, errors: [], waitingFor: null };
  const line = { currency: evil, equity: evil, today: evil, all: evil, budget: evil, history: [1, 2] };
  const money = { paper: line, live: line, counts: countStates([bot]) };
  const model: BotPageModel = {
    ...page,
    bot,
    decisions: [
      {
        time: now,
        signal: evil,
        verdict: 'enter',
        outcome: 'enters',
        reasoning: evil,
        indicators: { [evil]: 1 },
      },
    ],
    log: [{ time: now, level: 'error', code: evil, message: evil }],
    config: { id: evil, text: evil, version: evil, holding: true, saved: evil },
    configProblems: [evil],
    note: { kind: 'problem', text: evil },
  };
  const fields = [
    'name',
    'id',
    'symbol',
    'interval',
    'budget',
    'venue',
    'signal',
    'plan',
    `signal.${evil}`,
    'form',
  ];
  const texts: FormTexts = Object.fromEntries(fields.map((field) => [field, evil]));
  const parameter = { name: evil, title: evil, description: evil, default: evil, type: 'string' as const };
  const choice = {
    name: evil,
    title: evil,
    description: evil,
    parameters: [parameter, { ...parameter, choices: [evil] }],
  };
  const symbols = [
    { symbol: evil, base: evil, quote: evil, minNotional: evil, price: evil, quoteVolume: evil },
  ];
  const drawn = { kind: 'target', name: evil, price: evil, percent: 1, quantity: evil } as const;
  const amounts = { quantity: evil, spent: evil, entryFee: evil, exitFee: evil, commissionPercent: 0.1 };
  const market = { venue: evil, symbol: evil, interval: evil, base: evil, quote: evil, price: evil };
  const report = {
    errors: texts,
    warnings: [evil],
    worstCase: [evil],
    preview: { ...market, pricePrecision: 2, lines: [drawn], trade: amounts },
  };
  const venues = [
    { name: evil, title: evil },
    { name: 'paper', title: 'Paper' },
  ];
  return [
    overviewPage({ ...page, totals: money, bots: [bot, waiting] }),
    botPage(model),
    newBotPage({
      ...page,
      values: texts,
      errors: texts,
      symbols,
      intervals: [evil],
      signals: [choice],
      plans: [choice],
      venues,
      report,
      said: evil,
      templates: [{ id: evil, name: evil, description: evil, own: true }],
      bots: [{ id: evil, name: evil }],
    }),
    errorPage({ ...page, status: 404, message: evil, hint: evil }),
    confirmPage({ ...page, bot, from: 'row' }, 'stop'),
    ...[
      confirmDialog(bot, 'stop', 'row', evil),
      confirmDialog(bot, 'delete', 'page', evil),
      errorFragment(evil),
      symbolRows(symbols),
      checked([evil, 'symbol'], report, symbols[0] ?? null),
    ],
    ...[
      actedRow(botRow(bot, now), bot, { kind: 'problem', text: evil }),
      totals(money),
      ...Object.values(liveParts(bot, now)),
      pushLogLine(model.log[0]!),
    ],
  ].map(String);
}

/** Tag and attribute names in order: what a page is, whatever its texts are. */
function structure(page: string): string {
  return [...page.matchAll(/<(\/?[a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:=(?:"[^"]*"|'[^']*'))?)*)\s*\/?>/g)]
    .map(
      ([, tag, attributes = '']) =>
        tag +
        [...attributes.matchAll(/\s([\w:-]+)(?==|\s|$)(?:="[^"]*"|='[^']*')?/g)].map((m) => m[1]).join(),
    )
    .join(' ');
}

t.test('no hostile text adds an element or an attribute, in any field of any page', async (t) => {
  const plain = pages('plain').map(structure);
  for (const evil of HOSTILE) {
    const made = pages(evil);
    made.forEach((page, index) =>
      t.equal(structure(page), plain[index], `page ${index}: ${JSON.stringify(evil)}`),
    );
  }
});

t.test('a log line cannot forge another: control characters are gone', async (t) => {
  const line = String(
    pushLogLine({ time: now, level: 'info', code: 'x', message: '\u001b[2Ja\rb\u0007c\u202ed' }),
  );
  t.notMatch(line, /[\u0000-\u0009\u000b-\u001f\u202e]/);
});

t.test('in a browser nothing of it runs', async (t) => {
  const { browser, close } = await launchBrowser();
  t.teardown(close);
  const tab = await browser.newPage({ locale: 'en-US' });
  await tab.route('**/*', (route) => route.abort());
  for (const evil of HOSTILE) {
    for (const page of pages(evil).slice(0, 4)) {
      await tab.setContent(page, { waitUntil: 'domcontentloaded' });
      const found = await tab.evaluate<[unknown, number]>(
        '[window.hacked, document.querySelectorAll("iframe, img, script:not([src]), [onload], [onerror], [onfocus], [onmouseover]").length]',
      );
      t.same(found, [undefined, 0], JSON.stringify(evil));
    }
  }
});
