/** The WebSocket API (`/ws-api/v3`): the same requests as REST, sessions, and the user data stream. */
import { PaperError } from '../engine/types.js';
import { serveWithFaults, type Line } from './faults/requests.js';
import { answerOf, type Answer } from './gateway.js';
import type { Lockstep } from './lockstep.js';
import type { Sent } from './params.js';
import type { Route } from './routes/route.js';
import { recvWindowOf } from './security.js';
import { Session, type SessionOptions } from './session.js';

interface WsRequest {
  readonly id: unknown;
  readonly method: string;
  readonly sent: Sent;
}

export class WsApiSocket {
  private readonly session: Session;

  constructor(
    private readonly options: SessionOptions,
    private readonly lockstep: Lockstep,
  ) {
    this.session = new Session(options);
    options.link.onMessage = (text) => this.onMessage(text);
  }

  private onMessage(text: string): void {
    const request = parseRequest(text);
    if (request === null) {
      const msg = 'Invalid request: expected a JSON object with id, method and params.';
      return this.reply(null, { status: 400, body: { code: -1000, msg } });
    }
    const own = this.ownAnswer(request);
    // Replies follow the events that their requests caused, as they become durable.
    if (own) return this.options.gateway.exchange.journal.after(() => this.replyOwn(request, own));
    const route = this.options.gateway.wsRoute(request.method);
    if (route) return this.serve(request, route);
    this.reply(request, answerOf(new PaperError(-1100, `Unknown method '${request.method}'.`)));
  }

  /** Of what concerns this connection alone. */
  private ownAnswer({ method, sent }: WsRequest): Answer | null {
    try {
      const body = this.session.answer(method, sent);
      return body === undefined ? null : { status: 200, body };
    } catch (error) {
      return answerOf(error);
    }
  }

  private replyOwn(request: WsRequest, answer: Answer): void {
    this.reply(request, answer);
    if (request.method.startsWith('userDataStream.subscribe') && answer.status === 200) this.joinHold();
  }

  private serve(request: WsRequest, route: Route): void {
    const { gateway } = this.options;
    const { sent } = request;
    const authenticate = (now: number, trades: boolean) => this.session.authenticate(sent, now, trades);
    const strikes = gateway.faults.request(gateway.subjectOf(route, sent, this.session.keyOf(sent)));
    const execution = {
      run: () => gateway.answer(route, sent, authenticate),
      prepare: () => gateway.prepare(route, sent, authenticate),
      durable: (then: () => void) => gateway.exchange.journal.after(then),
      recvWindow: recvWindowOf(sent),
    };
    serveWithFaults(strikes, execution, this.lineOf(request), gateway.hidden);
  }

  private lineOf(request: WsRequest): Line {
    return {
      reply: (answer) => this.reply(request, answer),
      page: (status) =>
        this.reply(request, { status, body: { code: -1000, msg: 'An unknown error occurred.' } }),
      drop: () => this.options.link.cut(),
      truncate: () => this.options.link.cut(),
    };
  }

  /** A user stream opened during a hold is part of it. */
  private joinHold(): void {
    const payload = this.lockstep.currentPayload();
    if (payload !== null) this.options.link.ping(payload);
  }

  private reply(request: WsRequest | null, answer: Answer): void {
    const { status, body } = answer;
    const wanted = request?.sent.get('returnRateLimits');
    const withLimits = wanted === undefined ? this.options.returnRateLimits : wanted !== 'false';
    const rateLimits = withLimits ? { rateLimits: this.rateLimits(answer) } : {};
    const content = status === 200 ? { result: body } : { error: this.withRetry(answer) };
    this.options.link.send(JSON.stringify({ id: request?.id ?? null, status, ...content, ...rateLimits }));
  }

  private rateLimits({ orderCounts }: Answer): object[] {
    const { weights } = this.options.gateway;
    const { weightPerMinute, ordersPer10s, ordersPerDay } = weights.limits;
    const limit = (
      rateLimitType: string,
      interval: string,
      intervalNum: number,
      most: number,
      count: number,
    ) => ({
      rateLimitType,
      interval,
      intervalNum,
      limit: most,
      count,
    });
    const used = weights.used(this.options.gateway.now());
    const weight = limit('REQUEST_WEIGHT', 'MINUTE', 1, weightPerMinute, used);
    if (!orderCounts) return [weight];
    const short = limit('ORDERS', 'SECOND', 10, ordersPer10s, orderCounts.short);
    return [short, limit('ORDERS', 'DAY', 1, ordersPerDay, orderCounts.day), weight];
  }

  private withRetry({ body, retryAfterSeconds }: Answer): unknown {
    if (retryAfterSeconds === undefined) return body;
    const serverTime = this.options.gateway.now();
    return { ...(body as object), data: { serverTime, retryAfter: serverTime + retryAfterSeconds * 1_000 } };
  }
}

/** Parameters become the text that was signed: numbers and booleans plain, lists as JSON. */
function parseRequest(text: string): WsRequest | null {
  try {
    const { id, method, params } = JSON.parse(text) as Record<string, unknown>;
    if (typeof method !== 'string') return null;
    const sent = new Map<string, string>();
    for (const [name, value] of Object.entries((params ?? {}) as object))
      sent.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
    return { id: id ?? null, method: method.replace(/^v3\//, ''), sent };
  } catch {
    return null;
  }
}
