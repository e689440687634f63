/** From what a program or a form asks for to the settings of a run, checked; and back into the fields of the form. */
import { z } from 'zod';
import { followerProblem } from '../../bot/backtest/refused.js';
import { configOf, type BotConfig } from '../../bot/config.js';
import { dec, text } from '../../core/decimal.js';
import { check } from '../web/check.js';
import { RequestError } from '../web/errors.js';
import type { FormFields } from '../web/forms.js';
import { configFromForm, formErrors } from '../web/new-bot-form.js';
import type { BacktestSettings } from './types.js';

const MOST_FEE_PERCENT = 10;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d{1,3})?)?Z?)?$/;
const EARLIEST = Date.UTC(2009, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const CHOICE = z.looseObject({ name: z.string() });
const TIME = z.union([z.string().max(40), z.int()]);

/** The body of `POST /api/backtests`. What the strategy and the market allow is checked as in a bot's config. */
const REQUEST = z.strictObject({
  name: z.string().trim().max(60).nullish(),
  symbol: z.string().max(40),
  interval: z.string().max(10),
  budget: z.string().max(40).optional(),
  signal: CHOICE,
  plan: CHOICE,
  risk: z.looseObject({}).optional(),
  source: z.string().max(80),
  from: TIME.nullish(),
  to: TIME.nullish(),
  feePercent: z.string().max(20).optional(),
  feeAsset: z.enum(['received', 'quote']).optional(),
  profile: z.enum(['touch', 'book']).optional(),
  acceptGaps: z.boolean().optional(),
});

/** Errors: `RequestError`, and `ConfigError` for what a bot's config would be refused for. */
export function settingsOf(body: unknown): BacktestSettings {
  const asked = check(REQUEST, body, 'body');
  const from = momentOf('from', asked.from);
  const to = momentOf('to', asked.to);
  if (from !== null && to !== null && from >= to)
    throw invalid('to', 'The end must lie after the beginning.');
  const { signal, plan, symbol, interval, budget, risk } = configOf(configInput(asked), 'settings');
  const problem = followerProblem({ id: 'these settings', plan });
  if (problem !== null) throw invalid('plan', problem);
  return {
    name: asked.name?.trim() || null,
    symbol,
    interval,
    budget,
    signal,
    plan,
    risk,
    source: asked.source,
    from,
    to,
    feePercent: feeOf(asked.feePercent ?? '0.1'),
    feeAsset: asked.feeAsset ?? 'received',
    profile: asked.profile ?? 'touch',
    acceptGaps: asked.acceptGaps ?? false,
  };
}

/** The bot that is tested. */
export function testedConfig(settings: BacktestSettings): BotConfig {
  return configOf(configInput(settings), 'settings');
}

function configInput({
  symbol,
  interval,
  budget,
  signal,
  plan,
  risk,
}: Pick<BacktestSettings, 'symbol' | 'interval' | 'signal' | 'plan'> & {
  readonly budget?: string | undefined;
  readonly risk?: object | undefined;
}): Record<string, unknown> {
  return {
    id: 'backtest',
    symbol,
    interval,
    budget: budget ?? '1000',
    signal,
    plan,
    ...(risk === undefined ? {} : { risk }),
  };
}

/** As a fraction, for the engine. */
export function feeFraction({ feePercent }: BacktestSettings): string {
  return text(dec(feePercent).div(100));
}

function feeOf(value: string): string {
  if (/^\d{1,3}(\.\d{1,8})?$/.test(value) && Number(value) <= MOST_FEE_PERCENT) return text(dec(value));
  throw invalid(
    'feePercent',
    `The fee must be a number of per cent from 0 to ${MOST_FEE_PERCENT}, such as 0.1; it is "${value.slice(0, 20)}".`,
  );
}

function momentOf(field: string, value: string | number | null | undefined): number | null {
  if (value == null || value === '') return null;
  const time = typeof value === 'number' ? value : parsedMoment(value.trim());
  if (time >= EARLIEST && time < LATEST) return time;
  throw invalid(
    field,
    `The time must be like 2024-01-31 or 2024-01-31 14:30 (UTC); it is "${String(value).slice(0, 40)}".`,
  );
}

function parsedMoment(value: string): number {
  const [, date, clock = '00:00', seconds = '00'] = MOMENT.exec(value) ?? [];
  if (date === undefined) return NaN;
  const time = Date.parse(`${date}T${clock}:${seconds}Z`);
  // The 30th of February would be the first of March.
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(date) ? time : NaN;
}

function invalid(field: string, message: string): RequestError {
  return new RequestError(422, 'FIELD_INVALID', message, field);
}

/** What the form asks for. Errors: `ConfigError` for a parameter that cannot be read. */
export function requestFromForm(fields: FormFields): Record<string, unknown> {
  const value = (name: string): string => (fields[name] ?? '').trim();
  const { symbol, interval, budget, signal, plan, risk } = configFromForm(fields);
  return {
    name: value('name'),
    symbol,
    interval,
    budget,
    signal,
    plan,
    ...(risk === undefined ? {} : { risk }),
    source: value('source'),
    from: value('from'),
    to: value('to'),
    ...(value('feePercent') === '' ? {} : { feePercent: value('feePercent') }),
    ...(value('feeAsset') === '' ? {} : { feeAsset: value('feeAsset') }),
    ...(value('profile') === '' ? {} : { profile: value('profile') }),
    acceptGaps: value('acceptGaps') === 'yes',
  };
}

/** The fields of the form that mean these settings. */
export function fieldsOfSettings(settings: BacktestSettings): Record<string, string> {
  const { signal, plan, name, from, to, risk, acceptGaps, ...plain } = settings;
  return {
    ...plain,
    ...strategyFields('signal', signal),
    ...strategyFields('plan', plan),
    name: name ?? '',
    acceptGaps: acceptGaps ? 'yes' : 'no',
    from: momentText(from),
    to: momentText(to),
    ...riskFields(risk),
  };
}

/** `risk.maxDailyLossPercent`, …: the caps of a bot as the fields of a form. */
export function riskFields(risk: BacktestSettings['risk']): Record<string, string> {
  const fields = Object.entries(risk).map(([name, value]) => [`risk.${name}`, String(value)]);
  return Object.fromEntries(fields) as Record<string, string>;
}

/** `signal`, `signal.period`, …: a strategy as the fields of a form. */
export function strategyFields(
  kind: 'signal' | 'plan',
  { name, ...parameters }: BacktestSettings['signal'],
): Record<string, string> {
  const told = (value: unknown): string =>
    typeof value === 'object' ? JSON.stringify(value) : String(value);
  const fields = Object.entries(parameters).map(([parameter, value]) => [
    `${kind}.${parameter}`,
    told(value),
  ]);
  return { [kind]: name, ...(Object.fromEntries(fields) as Record<string, string>) };
}

function momentText(time: number | null): string {
  if (time === null) return '';
  const iso = new Date(time).toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}

/** A sentence for each field at fault; null when the failure is not about the form. */
export function errorsOf(error: unknown): Record<string, string> | null {
  if (error instanceof RequestError && error.status < 500) return { [error.field ?? 'form']: error.message };
  return formErrors(error);
}
