/** The control address: for people and tests on this machine, not for trading clients. */
import type { IncomingMessage } from 'node:http';
import { PaperError } from '../engine/types.js';
import type { Account } from './accounts.js';
import {
  readBody,
  readDeposit,
  readKey,
  readLimits,
  readName,
  readRate,
  readRights,
  refusal,
  type Body,
} from './control-fields.js';
import { statePage } from './control-page.js';
import { controlState, type ControlOptions } from './control-state.js';
import { answerOf, type Answer } from './gateway.js';
import { notFound } from './http.js';
import { DEFAULT_DEPOSIT } from './options.js';
import { parseSent } from './params.js';
import type { StoredSnapshot } from './stored.js';
import { balanceUpdate } from './user-payloads.js';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;
const STATUSES = ['TRADING', 'HALT', 'BREAK', 'CANCEL_ONLY', 'END_OF_DAY'] as const;

/** A page from elsewhere must not drive the market through the user's browser. */
export function isLoopbackRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  if (!host || !LOOPBACK.test(host)) return false;
  return origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
}

type Handler = (fields: Body) => unknown;

export class Control {
  private readonly handlers: Readonly<Record<string, Handler>>;

  constructor(private readonly options: ControlOptions) {
    const { faults, weights } = options.gateway;
    this.handlers = {
      'GET ': () => statePage(options),
      'GET /': () => statePage(options),
      'GET /health': () => ({ ok: true }),
      'GET /state': () => controlState(options),
      'POST /step': (fields) => this.step(fields),
      'POST /accounts': (fields) => this.openAccount(fields),
      'POST /keys': (fields) => this.addKey(fields),
      'POST /deposit': (fields) => this.deposit(fields),
      'POST /commission': (fields) => this.setCommission(fields),
      'POST /status': (fields) => this.setStatus(fields),
      'GET /limits': () => ({ ...weights.limits, bannedUntil: weights.banEnds }),
      'POST /limits': (fields) => this.setLimits(fields),
      'GET /faults': () => faults.state(),
      'POST /faults': (fields) => this.addFaults(fields),
      'PUT /faults': (fields) => {
        faults.replace(rulesOf(fields));
        return faults.state();
      },
      'DELETE /faults': (fields) => this.removeFaults(fields),
      'POST /sockets': (fields) => this.actOnSockets(fields),
      'GET /snapshot': () => this.snapshot(),
      'POST /restore': (fields) => this.restore(fields),
      'POST /stop': () => {
        // The reply first.
        setTimeout(options.stop, 10);
        return { stopping: true };
      },
    };
  }

  /** `path` is what follows `/control`. */
  async answer(request: IncomingMessage, path: string, query: string, body: string): Promise<Answer> {
    if (!isLoopbackRequest(request))
      return { status: 403, body: { code: -1000, msg: 'The control address answers to this machine only.' } };
    try {
      const { method = 'GET' } = request;
      const handler = this.handlers[`${method} ${path}`];
      if (!handler) return notFound(method, `/control${path}`);
      const fields: Body = { ...Object.fromEntries(parseSent(query, '')), ...readBody(body) };
      return { status: 200, body: await handler(fields) };
    } catch (error) {
      return answerOf(error);
    }
  }

  private async step(fields: Body): Promise<object> {
    if (this.options.speed !== 'manual')
      throw refusal(
        `The market runs by itself (--speed ${this.options.speed}); only --speed manual is stepped.`,
      );
    const klines = Number(fields.klines ?? 1);
    if (!Number.isSafeInteger(klines) || klines < 1)
      throw refusal(`klines should be a whole number from 1 on, it is ${String(fields.klines)}.`);
    return this.options.runner.step(klines);
  }

  private async openAccount(fields: Body): Promise<object> {
    const { exchange } = this.options;
    const id = readName(fields.id ?? `account-${exchange.accounts.all().length + 1}`);
    if (exchange.accounts.withId(id)) throw refusal(`There is an account "${id}" already.`);
    const { key, secret, rights } = this.readNewKey(fields);
    const deposit = readDeposit(fields.deposit ?? DEFAULT_DEPOSIT);
    exchange.execute<'account'>({ k: 'account', a: id, key, secret, rights, deposit });
    await exchange.journal.durable();
    return { id, key, secret, ...rights };
  }

  /** Another key for an account, with rights of its own. */
  private async addKey(fields: Body): Promise<object> {
    const { exchange } = this.options;
    const { id } = this.accountOf({ account: fields.account ?? fields.id });
    const { key, secret, rights } = this.readNewKey(fields);
    exchange.execute<'key'>({ k: 'key', a: id, key, secret, rights });
    await exchange.journal.durable();
    return { id, key, secret, ...rights };
  }

  private readNewKey(fields: Body) {
    const key = readKey(fields.key, 'key');
    if (this.options.exchange.accounts.withKey(key))
      throw refusal('There is an account with this key already.');
    const rights = readRights(fields);
    const secret = rights.publicKey === undefined ? readKey(fields.secret, 'secret') : '';
    return { key, secret, rights };
  }

  private async deposit(fields: Body): Promise<object> {
    const { exchange, users } = this.options;
    const account = this.accountOf(fields);
    const given = String(fields.amount);
    const [[asset, amount] = ['', '']] = Object.entries(
      readDeposit({ [String(fields.asset)]: given.replace(/^-/, '') }),
    );
    // With a minus it is a withdrawal: what an owner does beside the bots.
    const signed = given.startsWith('-') ? `-${amount}` : amount;
    exchange.execute<'deposit'>({ k: 'deposit', a: account.id, asset, amount: signed });
    const time = exchange.now();
    await exchange.journal.durable();
    users.tellRaw(account.id, () => balanceUpdate(asset, signed, time));
    return { id: account.id, balances: exchange.engine.balances(account.id) };
  }

  private async setCommission(fields: Body): Promise<object> {
    const { exchange } = this.options;
    const { id } = this.accountOf(fields);
    const symbol = exchange.engine.symbols.keys().next().value!;
    const now = exchange.engine.commission(id, symbol);
    const maker = readRate(fields.maker ?? now.maker, 'maker');
    const taker = readRate(fields.taker ?? now.taker, 'taker');
    exchange.execute<'commission'>({ k: 'commission', a: id, maker, taker });
    if (fields.bnbBurn !== undefined)
      exchange.execute<'bnbBurn'>({ k: 'bnbBurn', a: id, on: String(fields.bnbBurn) === 'true' });
    await exchange.journal.durable();
    return exchange.engine.commission(id, symbol);
  }

  private async setStatus(fields: Body): Promise<object> {
    const { exchange } = this.options;
    const symbol = String(fields.symbol);
    const status = STATUSES.find((known) => known === fields.status);
    if (!exchange.engine.symbols.has(symbol)) throw new PaperError(-1121, 'Invalid symbol.');
    if (!status)
      throw refusal(`status should be one of ${STATUSES.join(', ')}, it is ${String(fields.status)}.`);
    exchange.execute<'status'>({ k: 'status', symbol, status });
    await exchange.journal.durable();
    return { symbol, status };
  }

  private setLimits({ pardon, ...fields }: Body): object {
    const { weights } = this.options.gateway;
    weights.configure(readLimits(fields));
    if (pardon !== undefined) weights.pardon();
    return { ...weights.limits, bannedUntil: weights.banEnds };
  }

  /** One rule or a list is added; `{"rules": […]}` replaces all. */
  private addFaults(fields: Body): object {
    const { faults } = this.options.gateway;
    if ('rules' in fields) faults.replace(rulesOf(fields));
    else faults.add(rulesOf(fields));
    return faults.state();
  }

  private removeFaults({ id }: Body): object {
    const { faults } = this.options.gateway;
    if (id === undefined) faults.clear();
    else if (!faults.remove(String(id))) throw refusal(`There is no fault rule "${String(id)}".`);
    return faults.state();
  }

  /** `{"do": "freeze", "of": "market", "ms": 5000}`: at once, on every connection of that kind. */
  private actOnSockets(fields: Body): object {
    const kind = (['market', 'user', 'all'] as const).find((known) => known === (fields.of ?? 'all'));
    if (!kind) throw refusal(`of should be market, user or all; it is ${String(fields.of)}.`);
    const links = this.options.sockets.of(kind);
    const ms = Number(fields.ms ?? 60_000);
    for (const link of links) {
      if (fields.do === 'freeze') link.freeze(ms);
      else if (fields.do === 'close') link.close(1001, '');
      else if (fields.do === 'cut') link.cut();
      else if (fields.do === 'shutdown') link.tellShutdown();
      else throw refusal(`do should be freeze, close, cut or shutdown; it is ${String(fields.do)}.`);
    }
    return { connections: links.length };
  }

  private async snapshot(): Promise<object> {
    const { exchange, runner } = this.options;
    let state: object = {};
    await runner.between(async () => {
      state = exchange.state();
    });
    return state;
  }

  private async restore(fields: Body): Promise<object> {
    const { exchange, runner } = this.options;
    const { engine, at } = fields;
    if (typeof engine !== 'object' || typeof at !== 'object')
      throw refusal('The body should be what GET <control>/snapshot has answered.');
    try {
      await runner.between(() => exchange.restore(fields as unknown as StoredSnapshot));
    } catch (error) {
      throw refusal(`This state does not belong to this market: ${(error as Error).message}`);
    }
    return controlState(this.options);
  }

  private accountOf(fields: Body): Account {
    const { accounts } = this.options.exchange;
    const name = fields.account ?? fields.id ?? fields.key ?? accounts.all()[0]?.id;
    const account = accounts.withId(String(name)) ?? accounts.withKey(String(name));
    if (!account) throw refusal(`There is no account "${String(name)}".`);
    return account;
  }
}

function rulesOf(fields: Body): unknown[] {
  const given = fields.rules ?? fields.value ?? fields;
  return Array.isArray(given) ? given : [given];
}
