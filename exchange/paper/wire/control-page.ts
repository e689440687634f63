/** The state of the exchange as a page for people: accounts, open orders, limits, faults. No script, no links elsewhere. */
import type { OrderRecord } from '../engine/types.js';
import { controlState, type ControlOptions } from './control-state.js';

const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222;background:#fff}' +
  'table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd}' +
  'td{overflow-wrap:anywhere}td.n{font-variant-numeric:tabular-nums}@media(prefers-color-scheme:dark){body{color:#ddd;background:#111}th,td{border-color:#333}}';

export function statePage(options: ControlOptions): string {
  const { exchange, gateway } = options;
  const state = controlState(options);
  const { rules, fired, log } = gateway.faults.state();
  const { weights } = gateway;
  const accounts = state.accounts.flatMap(({ id, key, balances }) =>
    balances.map(({ asset, free, locked }) => [id, `…${key.slice(-4)}`, asset, free, locked]),
  );
  const orders = state.accounts.flatMap(({ id }) => exchange.engine.openOrders(id).map(orderRow));
  const facts = [
    ['Market time', new Date(state.time).toISOString()],
    ['Speed', String(state.speed)],
    ...livePrices(state.live, state.time),
    ['Connections', `${state.connections.market} market, ${state.connections.user} WebSocket API`],
    ['Bots in lock step', state.bots.map(({ bot }) => bot).join(', ') || 'none'],
    ['Waiting for', state.waitingFor.join(', ') || 'nobody'],
    ['Weight used', `${weights.used(gateway.now())} of ${weights.limits.weightPerMinute} this minute`],
    ['Ban', weights.banEnds > gateway.now() ? `until ${new Date(weights.banEnds).toISOString()}` : 'none'],
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">',
    `<title>Paper exchange</title><style>${STYLE}</style></head><body><h1>Paper exchange</h1>`,
    table(['', ''], facts),
    '<h2>Symbols</h2>',
    table(
      ['Symbol', 'Status', 'Price'],
      state.symbols.map(({ symbol, status, price }) => [symbol, status, price ?? '–']),
    ),
    '<h2>Accounts</h2>',
    table(['Account', 'Key', 'Asset', 'Free', 'Locked'], accounts),
    '<h2>Open orders</h2>',
    table(
      [
        'Account',
        'Symbol',
        'Id',
        'Client id',
        'Side',
        'Type',
        'Price',
        'Stop',
        'Quantity',
        'Filled',
        'Status',
      ],
      orders,
    ),
    '<h2>Faults</h2>',
    table(['Rule', 'Fault', 'Of what', 'How', 'Seed', 'Seen', 'Struck'], rules.map(ruleRow)),
    '<h2>Struck so far</h2>',
    table(
      ['Fault', 'Times'],
      Object.entries(fired).map(([fault, times]) => [fault, String(times)]),
    ),
    '<h2>Last strikes</h2>',
    table(
      ['Time', 'Rule', 'Fault', 'What'],
      log.slice(-20).map(({ time, rule, fault, what }) => [new Date(time).toISOString(), rule, fault, what]),
    ),
    '</body></html>',
  ].join('\n');
}

function livePrices(live: ReturnType<typeof controlState>['live'], time: number): string[][] {
  if (live === null) return [];
  const { from, standing } = live;
  if (standing === null)
    return [['Live prices', `of ${from}, ${((Date.now() - time) / 1_000).toFixed(1)} s behind`]];
  return [['Live prices', `stand still since ${new Date(standing.since).toISOString()}: ${standing.reason}`]];
}

type Rule = ReturnType<ControlOptions['gateway']['faults']['state']>['rules'][number];

function ruleRow(rule: Rule): string[] {
  const { id, fault, method, path, symbol, account, stream, ms, probability, skip, count, seed } = rule;
  const of = [method, path, stream, symbol, account && `account ${account}`].filter(Boolean).join(' ');
  const how = [
    probability < 1 && `${+(probability * 100).toFixed(4)} %`,
    skip > 0 && `after ${skip}`,
    count !== undefined && count !== null && `${count} times`,
    ms !== undefined && ms !== null && `${[ms].flat().join(' to ')} ms`,
  ];
  const seenAndStruck = [rule.seen, rule.fired].map(String);
  return [
    id,
    fault,
    of || 'everything',
    how.filter(Boolean).join(', ') || 'always',
    String(seed),
    ...seenAndStruck,
  ];
}

function orderRow(order: OrderRecord): string[] {
  const {
    account,
    symbol,
    orderId,
    clientOrderId,
    side,
    type,
    price,
    stopPrice,
    origQty,
    executedQty,
    status,
  } = order;
  return [
    account,
    symbol,
    String(orderId),
    clientOrderId,
    side,
    type,
    price,
    stopPrice,
    origQty,
    executedQty,
    status,
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const head = heads.some((each) => each !== '')
    ? `<tr>${heads.map((each) => `<th>${escape(each)}</th>`).join('')}</tr>`
    : '';
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => `<td class="n">${escape(cell)}</td>`).join('')}</tr>`,
  );
  return `<table>${head}${body.join('')}</table>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
