/** Lets the faults of a request happen, whichever way it came. */
import { answerOf, type Answer } from '../gateway.js';
import type { HiddenOrders } from './hidden.js';
import { orderIdsOf } from './hidden.js';
import type { Strike } from './faults.js';
import type { RequestFault } from './rule.js';

/** What a request can be answered with, over HTTP or a WebSocket. */
export interface Line {
  reply(answer: Answer): void;
  /** Binance's front answers for the exchange: a page, not JSON. */
  page(status: number): void;
  drop(): void;
  /** Half of the reply, then nothing. */
  truncate(answer: Answer): void;
}

export interface Execution {
  /** Executes it now. */
  run(): Answer;
  /** Checks who asks as of now, and answers what executes it later; throws what is wrong with the request. */
  prepare(): () => Answer;
  /** Calls back when all that was executed is durable. */
  durable(then: () => void): void;
  /** Of the request, in ms. */
  readonly recvWindow: number;
}

const UNKNOWN = {
  code: -1007,
  msg: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
};
const TIMEOUT: Answer = { status: 408, body: UNKNOWN };
/** Binance waits so long for its engine. */
const ENGINE_TIMEOUT_MS = 10_000;

/** `strikes`: what the rules have decided for this request; none is the usual case. */
export function serveWithFaults(
  strikes: readonly Strike<RequestFault>[],
  execution: Execution,
  line: Line,
  hidden: HiddenOrders,
): void {
  const delays = strikes.filter(({ fault }) => fault === 'delay');
  const before = sum(delays.filter(({ rule }) => rule.when === 'before'));
  const after = sum(delays.filter(({ rule }) => rule.when === 'after'));
  wait(before, () => {
    const end = strikes.find(({ fault }) => fault !== 'delay' && fault !== 'hide-order');
    if (end && refuses(end, line)) return;
    if (end?.fault === 'late-execution') return executeLate(end, execution, line);
    const answer = execution.run();
    if (answer.status === 200)
      for (const { fault, ms } of strikes)
        if (fault === 'hide-order') hidden.hide(orderIdsOf(answer.body), ms);
    execution.durable(() => wait(after, () => (end ? spoil(end, answer, line) : line.reply(answer))));
  });
}

/** The faults in which nothing is executed. */
function refuses({ fault, rule }: Strike<RequestFault>, line: Line): boolean {
  switch (fault) {
    case 'drop-before-execute':
      line.drop();
      return true;
    case 'timeout-before-execute':
      line.reply(TIMEOUT);
      return true;
    case 'error-before-execute':
      fail(rule, line);
      return true;
    case 'hang-before-execute':
      return true;
    case 'rate-limit':
      line.reply({
        status: 429,
        body: { code: -1003, msg: rule.msg ?? TOO_MUCH },
        retryAfterSeconds: rule.retryAfterSeconds ?? 1,
      });
      return true;
    case 'ban':
      line.reply(banned(rule.retryAfterSeconds ?? 120));
      return true;
    default:
      return false;
  }
}

const TOO_MUCH =
  'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.';

function banned(seconds: number): Answer {
  const until = Date.now() + seconds * 1_000;
  const msg = `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`;
  return { status: 418, body: { code: -1003, msg }, retryAfterSeconds: seconds };
}

/** The faults in which the request was executed, and the client does not learn so. */
function spoil({ fault, rule }: Strike<RequestFault>, answer: Answer, line: Line): void {
  switch (fault) {
    case 'drop-after-execute':
      return line.drop();
    case 'timeout-after-execute':
      return line.reply(TIMEOUT);
    case 'error-after-execute':
      return fail(rule, line);
    case 'truncate-after-execute':
      return line.truncate(answer);
    case 'hang-after-execute':
      return;
    default:
      return line.reply(answer);
  }
}

function fail(rule: Strike['rule'], line: Line): void {
  const { status, code, msg } = rule;
  if (code === undefined) line.page(status);
  else line.reply({ status, body: { code, msg: msg ?? 'An unknown error occurred.' } });
}

function executeLate({ rule, ms, roll }: Strike<RequestFault>, execution: Execution, line: Line): void {
  let later: () => Answer;
  try {
    later = execution.prepare();
  } catch (error) {
    return line.reply(answerOf(error));
  }
  if (rule.reply === 'drop') line.drop();
  if (rule.reply === 'timeout') line.reply(TIMEOUT);
  if (roll < rule.neverProbability) return;
  const chosen = rule.ms === undefined ? Math.round(roll * (execution.recvWindow + ENGINE_TIMEOUT_MS)) : ms;
  setTimeout(later, chosen).unref();
}

function sum(strikes: readonly Strike[]): number {
  return strikes.reduce((total, { ms }) => total + ms, 0);
}

function wait(ms: number, then: () => void): void {
  if (ms > 0) setTimeout(then, ms).unref();
  else then();
}
