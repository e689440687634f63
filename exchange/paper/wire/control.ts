/** The control address: for people and tests on this machine, not for trading clients. */
import type { IncomingMessage } from 'node:http';
import { dec } from '../../../core/decimal.js';
import { PaperError } from '../engine/types.js';
import { randomKey, type Account } from './accounts.js';
import type { PaperExchange } from './exchange.js';
import { answerOf, type Answer } from './gateway.js';
import { notFound } from './http.js';
import type { Lockstep } from './lockstep.js';
import { DEFAULT_DEPOSIT, type Speed } from './options.js';
import { parseSent } from './params.js';
import type { Runner } from './runner.js';
import { balanceUpdate } from './user-payloads.js';
import type { UserStreams } from './wsapi.js';

export interface ControlOptions {
  readonly exchange: PaperExchange;
  readonly runner: Runner;
  readonly lockstep: Lockstep;
  readonly users: UserStreams;
  readonly speed: Speed;
  readonly notes: readonly string[];
  readonly stop: () => void;
}

type Body = Record<string, unknown>;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** A page from elsewhere must not drive the market through the user's browser. */
export function isLoopbackRequest(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  if (!host || !LOOPBACK.test(host)) return false;
  return origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
}

export class Control {
  constructor(private readonly options: ControlOptions) {}

  /** `path` is what follows `/control`. */
  async answer(request: IncomingMessage, path: string, query: string, body: string): Promise<Answer> {
    if (!isLoopbackRequest(request))
      return { status: 403, body: { code: -1000, msg: 'The control address answers to this machine only.' } };
    try {
      const sent = Object.fromEntries(parseSent(query, ''));
      const fields: Body = { ...sent, ...readJson(body) };
      const result = await this.run(`${request.method} ${path}`, fields);
      if (result === undefined) return notFound(request.method ?? 'GET', `/control${path}`);
      return { status: 200, body: result };
    } catch (error) {
      return answerOf(error);
    }
  }

  private run(what: string, fields: Body): Promise<unknown> | unknown {
    switch (what) {
      case 'GET /health':
        return { ok: true };
      case 'GET /state':
        return this.state();
      case 'POST /step':
        return this.step(fields);
      case 'POST /accounts':
        return this.openAccount(fields);
      case 'POST /deposit':
        return this.deposit(fields);
      case 'POST /status':
        return this.setStatus(fields);
      case 'POST /stop':
        // The reply first.
        setTimeout(this.options.stop, 10);
        return { stopping: true };
      default:
        return undefined;
    }
  }

  private state(): object {
    const { exchange, runner, lockstep, speed, notes } = this.options;
    return {
      time: exchange.now(),
      speed,
      done: runner.done,
      cursor: exchange.walker.position(),
      start: exchange.source.start,
      end: exchange.source.end,
      symbols: [...exchange.engine.symbols.values()].map(({ symbol, status }) => ({
        symbol,
        status,
        price: exchange.engine.price(symbol),
      })),
      accounts: exchange.accounts
        .all()
        .map(({ id, key }) => ({ id, key, balances: exchange.engine.balances(id) })),
      bots: lockstep.registered,
      waitingFor: lockstep.waitingFor(),
      notes,
    };
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
    const key = readKey(fields.key, 'key');
    if (exchange.accounts.withKey(key)) throw refusal('There is an account with this key already.');
    const secret = readKey(fields.secret, 'secret');
    const deposit = readDeposit(fields.deposit ?? DEFAULT_DEPOSIT);
    exchange.execute<'account'>({ k: 'account', a: id, key, secret, deposit });
    await exchange.journal.durable();
    return { id, key, secret };
  }

  private async deposit(fields: Body): Promise<object> {
    const { exchange, users } = this.options;
    const account = this.accountOf(fields);
    const [[asset, amount] = ['', '']] = Object.entries(
      readDeposit({ [String(fields.asset)]: fields.amount }),
    );
    exchange.execute<'deposit'>({ k: 'deposit', a: account.id, asset, amount });
    const time = exchange.now();
    await exchange.journal.durable();
    users.tellRaw(account.id, () => balanceUpdate(asset, amount, time));
    return { id: account.id, balances: exchange.engine.balances(account.id) };
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

  private accountOf(fields: Body): Account {
    const { accounts } = this.options.exchange;
    const name = fields.account ?? fields.id ?? fields.key ?? accounts.all()[0]?.id;
    const account = accounts.withId(String(name)) ?? accounts.withKey(String(name));
    if (!account) throw refusal(`There is no account "${String(name)}".`);
    return account;
  }
}

const STATUSES = ['TRADING', 'HALT', 'BREAK', 'CANCEL_ONLY', 'END_OF_DAY'] as const;

function refusal(message: string): PaperError {
  return new PaperError(-1100, message);
}

function readJson(body: string): Body {
  if (body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body;
  } catch {
    return Object.fromEntries(parseSent('', body));
  }
  throw refusal('The body should be a JSON object.');
}

function readName(value: unknown): string {
  if (typeof value === 'string' && /^[a-zA-Z0-9_-]{1,40}$/.test(value)) return value;
  throw refusal('id should have 1 to 40 letters, digits, - or _.');
}

function readKey(value: unknown, name: string): string {
  if (value === undefined) return randomKey();
  if (typeof value === 'string' && /^[a-zA-Z0-9]{1,128}$/.test(value)) return value;
  throw refusal(`${name} should have 1 to 128 letters and digits.`);
}

/** `{"USDT": "10000"}`: positive amounts with at most eight decimals. Errors name what is wrong. */
export function readDeposit(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) throw refusal('deposit should be like {"USDT": "10000"}.');
  return Object.fromEntries(
    Object.entries(value).map(([asset, amount]) => {
      if (!/^[A-Z0-9]{1,20}$/.test(asset)) throw refusal(`"${asset}" is no asset; expected one like USDT.`);
      const plain = String(amount);
      if (!/^\d{1,20}(\.\d{1,8})?$/.test(plain) || dec(plain).eq(0))
        throw refusal(`The amount of ${asset} should be positive with at most 8 decimals, it is ${plain}.`);
      return [asset, plain];
    }),
  );
}
