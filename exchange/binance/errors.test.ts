import t from 'tap';
import type { ErrorKind } from '../port.js';
import { errorOf, hiding, redact, transportError, unreadable } from './errors.js';

type Row = [
  code: number | null,
  status: number,
  text: string,
  kind: ErrorKind,
  execution: 'none' | 'unknown' | 'partial',
];

const NO_JSON = null;
/** What each answer to a new order means. */
const ROWS: Row[] = [
  [-1000, 400, 'An unknown error occurred while processing the request.', 'venue', 'unknown'],
  [-1001, 500, 'Internal error; unable to process your request. Please try again.', 'venue', 'unknown'],
  [-1002, 401, 'You are not authorized to execute this request.', 'auth', 'none'],
  [
    -1003,
    429,
    'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.',
    'rate-limit',
    'none',
  ],
  [-1003, 418, 'Way too much request weight used; IP banned until 1700000000000.', 'banned', 'none'],
  [
    -1006,
    400,
    'An unexpected response was received from the message bus. Execution status unknown.',
    'venue',
    'unknown',
  ],
  [
    -1007,
    408,
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    'venue',
    'unknown',
  ],
  [-1007, 504, 'Timeout waiting for response from backend server.', 'venue', 'unknown'],
  [-1008, 503, 'Server is currently overloaded with other requests.', 'venue', 'unknown'],
  [-1013, 400, 'Filter failure: LOT_SIZE', 'filter', 'none'],
  [-1013, 400, 'This symbol does not allow the specified self-trade prevention mode.', 'invalid', 'none'],
  [-1015, 429, 'Too many new orders; current limit is 100 orders per 10 SECOND.', 'rate-limit', 'none'],
  [-1016, 400, 'This service is no longer available.', 'unsupported', 'none'],
  [-1020, 400, 'This operation is not supported.', 'unsupported', 'none'],
  [-1021, 400, 'Timestamp for this request is outside of the recvWindow.', 'clock', 'none'],
  [-1022, 400, 'Signature for this request is not valid.', 'auth', 'none'],
  [-1100, 400, "Illegal characters found in parameter 'symbol'.", 'invalid', 'none'],
  [-1102, 400, "Mandatory parameter 'quantity' was not sent.", 'invalid', 'none'],
  [-1106, 400, "Parameter 'timeInForce' sent when not required.", 'invalid', 'none'],
  [-1111, 400, "Parameter 'quantity' has too much precision.", 'invalid', 'none'],
  [-1116, 400, 'Invalid orderType.', 'invalid', 'none'],
  [-1121, 400, 'Invalid symbol.', 'invalid', 'none'],
  [-2010, 400, 'Account has insufficient balance for requested action.', 'funds', 'none'],
  [-2010, 400, 'Duplicate order sent.', 'duplicate', 'none'],
  [-2010, 400, 'Order would immediately match and take.', 'would-match', 'none'],
  [-2010, 400, 'Order would trigger immediately.', 'would-trigger', 'none'],
  [-2010, 400, 'The relationship of the prices for the orders is not correct.', 'would-trigger', 'none'],
  [-2010, 400, 'Market is closed.', 'closed', 'none'],
  [-2010, 400, 'Unsupported order combination', 'unsupported', 'none'],
  [-2010, 400, 'This action is disabled on this account.', 'auth', 'none'],
  [-2011, 400, 'Unknown order sent.', 'not-found', 'none'],
  [-2011, 400, 'Order was not canceled due to cancel restrictions.', 'invalid', 'none'],
  [-2013, 400, 'Order does not exist.', 'not-found', 'none'],
  [-2014, 401, 'API-key format invalid.', 'auth', 'none'],
  [-2015, 401, 'Invalid API-key, IP, or permissions for action.', 'auth', 'none'],
  [-2021, 409, 'Order cancel-replace partially failed.', 'venue', 'partial'],
  [-2022, 400, 'Order cancel-replace failed.', 'invalid', 'none'],
  [
    -2026,
    400,
    'Order was canceled or expired with no executed qty over 90 days ago and has been archived.',
    'not-found',
    'none',
  ],
  [-4001, 400, 'Price less than 0.', 'invalid', 'none'],
  [NO_JSON, 403, '<html>Request blocked</html>', 'venue', 'unknown'],
  [NO_JSON, 408, '', 'venue', 'unknown'],
  [NO_JSON, 418, '<html>teapot</html>', 'banned', 'none'],
  [NO_JSON, 429, '<html>slow down</html>', 'rate-limit', 'none'],
  [NO_JSON, 500, '', 'venue', 'unknown'],
  [NO_JSON, 502, '<html>Bad Gateway</html>', 'venue', 'unknown'],
  [NO_JSON, 503, '<html>Service Unavailable</html>', 'venue', 'unknown'],
];

for (const [code, status, text, kind, execution] of ROWS) {
  t.test(
    `${code ?? 'no JSON'} with HTTP ${status} "${text}" is ${kind}, execution ${execution}`,
    async (t) => {
      const failure = { path: '/api/v3/order', status, code, text, json: code !== null, retryAfterMs: null };
      const error = errorOf({ ...failure, method: 'POST' });
      t.equal(error.kind, kind);
      t.equal(error.execution, execution);
      t.equal(error.code, code);
      t.equal(error.httpStatus, status);
      t.equal(errorOf({ ...failure, method: 'GET' }).execution, 'none', 'a query changes nothing');
    },
  );
}

t.test('a filter failure names the filter', async (t) => {
  const failure = { method: 'POST', path: '/api/v3/order', status: 400, json: true, retryAfterMs: null };
  t.equal(errorOf({ ...failure, code: -1013, text: 'Filter failure: NOTIONAL' }).filter, 'NOTIONAL');
  t.equal(errorOf({ ...failure, code: -2010, text: 'Market is closed.' }).filter, null);
});

t.test('a lost connection and an unreadable answer leave an order unknown, a query not', async (t) => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  for (const method of ['POST', 'DELETE']) {
    t.match(transportError(method, '/api/v3/order', reset), { kind: 'network', execution: 'unknown' });
    t.match(unreadable(method, '/api/v3/order'), { kind: 'venue', execution: 'unknown' });
  }
  t.equal(transportError('GET', '/api/v3/order', reset).execution, 'none');
  const lost = new Error(
    'request to https://api.binance.com/x failed, reason: getaddrinfo ENOTFOUND api.binance.com',
  );
  t.equal(
    transportError('GET', '/api/v3/time', lost).message,
    'api.binance.com cannot be found: there may be no network',
  );
  t.equal(unreadable('GET', '/api/v3/order').execution, 'none');
});

t.test('no message carries a signature', async (t) => {
  t.equal(redact('GET /x?a=1&signature=abc123&b=2'), 'GET /x?a=1&signature=…&b=2');
  const error = errorOf({
    method: 'POST',
    path: '/api/v3/order',
    status: 502,
    code: null,
    text: '<html>cannot reach /api/v3/order?symbol=X&signature=deadbeef</html>',
    json: false,
    retryAfterMs: null,
  });
  t.notMatch(error.message, 'deadbeef');
  t.notMatch(error.message, '<html>');
});

t.test('keys are hidden by their names, and known ones wherever they stand', async (t) => {
  const key = 'k'.repeat(64);
  const secret = 's'.repeat(64);
  const hide = hiding({ key, secret });
  t.equal(hide(`the key ${key}, the secret ${secret}`), 'the key …, the secret …');
  for (const text of [
    'X-MBX-APIKEY: CANARY',
    '{"apiKey":"CANARY","x":1}',
    "{ 'X-MBX-APIKEY': 'CANARY' }",
    '?listenKey=CANARY&x=1',
    'apiSecret=1 secretKey=CANARY',
    '"signature": "CANARY"',
  ])
    t.notMatch(redact(text), /CANARY/, text);
  for (const text of [
    'Signature for this request is not valid.',
    'Invalid API-key, IP, or permissions for action.',
  ])
    t.equal(hide(text), text, 'sentences stay as they are');
});
