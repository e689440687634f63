/** What is wrong with a bot before it is made, and what it would do: the same checks as when it is made. */
import { configOf, VENUES, type BotConfig } from '../../bot/config.js';
import { text } from '../../core/decimal.js';
import type { Interval } from '../../core/kline.js';
import type { Instrument } from '../../core/rules.js';
import type { VenueName } from '../../exchange/port.js';
import type { DraftPreview, DraftReport } from '../../views/draft.js';
import type { ServerDeps } from '../deps.js';
import { refuseExisting } from '../fleet/existing.js';
import { symbolUnknown } from '../fleet/symbol-unknown.js';
import { marketMistakes, type MarketNow } from '../fleet/venue-check.js';
import { configFromForm, formErrors } from '../web/new-bot-form.js';
import type { FormFields } from '../web/forms.js';
import { draftLines } from './lines.js';
import { symbolsIn } from './many.js';

type Deps = Pick<ServerDeps, 'data' | 'fleet' | 'markets'>;
type Input = Readonly<Record<string, unknown>>;
type Errors = Record<string, string>;

/** Stand in for what is not filled in yet, which is no mistake before the form is sent. */
const BLANK = { id: 'new', symbol: 'BTCUSDT', budget: '1000' } as const;

/** A form that is being filled in; fields that are empty yet are not at fault. */
export async function checkForm(deps: Deps, fields: FormFields): Promise<DraftReport> {
  const { config, errors } = readable(fields);
  const report = await checkDraft(deps, config);
  const more = await moreSymbols(deps, fields, config);
  return { ...report, errors: { ...report.errors, ...errors, ...more } };
}

/** Which of the further symbols nobody could trade. */
async function moreSymbols({ data, markets }: Deps, fields: FormFields, { venue }: Input): Promise<Errors> {
  const symbols = symbolsIn(fields['symbols'] ?? '');
  const name = VENUES.find((each) => each === venue);
  if (symbols.length === 0 || name === undefined) return {};
  const all = await markets.instruments(name).catch(() => null);
  const known = all?.map(({ symbol }) => symbol);
  const missing = symbols.filter((symbol) => known?.includes(symbol) === false);
  if (missing.length === 0) return {};
  return {
    symbols: missing.map((symbol) => symbolUnknown(data, name, symbol, known ?? []).message).join(' '),
  };
}

/** What cannot be read is told, and left out for the rest to be checked. */
function readable(fields: FormFields): { readonly config: Input; readonly errors: Errors } {
  try {
    return { config: configFromForm(fields), errors: {} };
  } catch (error) {
    const errors = formErrors(error);
    if (errors === null) throw error;
    const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => errors[name] === undefined));
    return { config: configFromForm(rest), errors };
  }
}

/** A config as it would be sent; an empty id, symbol or budget is not at fault. */
export async function checkDraft(deps: Deps, config: Input): Promise<DraftReport> {
  const blank = Object.keys(BLANK).filter((name) => (config[name] ?? '') === '');
  const draft = { ...config, ...Object.fromEntries(blank.map((name) => [name, BLANK[name as 'id']])) };
  const errors: Errors = { ...faultsOf(() => configOf(draft, 'draft')) };
  if (!blank.includes('id') && errors['id'] === undefined)
    Object.assign(errors, await faultsIn(() => refuseExisting(deps.data, String(draft.id))));
  const market = blank.includes('symbol') ? null : await marketOf(deps, draft, errors);
  const sound = market === null ? null : soundPart(draft);
  if (market === null || sound === null) return { errors, warnings: [], worstCase: [], preview: null };
  const priced = !blank.includes('budget');
  if (priced) for (const mistake of marketMistakes(sound, market)) Object.assign(errors, formFaults(mistake));
  const cost = priced ? await costOf(deps, sound, errors) : null;
  return {
    errors,
    warnings: cost?.warnings ?? [],
    worstCase: cost?.words ?? [],
    preview: previewOf(sound, market, priced),
  };
}

/** All of it that says what it may cost and where it buys and sells; null where that cannot be read. */
function soundPart({ venue, key, symbol, interval, budget, plan }: Input): BotConfig | null {
  const account = { ...(venue === undefined ? {} : { venue }), ...(key === undefined ? {} : { key }) };
  const draft = { id: 'new', ...account, symbol, interval, budget, plan, signal: { name: 'manual' } };
  try {
    return configOf(draft, 'draft');
  } catch {
    return null;
  }
}

/** The symbol's rules and last price; null where the venue does not answer, or does not trade it (which is told). */
async function marketOf(
  { data, markets }: Deps,
  { venue = 'paper', symbol }: Input,
  errors: Errors,
): Promise<MarketNow | null> {
  const name = VENUES.find((each) => each === venue);
  if (name === undefined || typeof symbol !== 'string' || errors['symbol'] !== undefined) return null;
  const all = await markets.instruments(name).catch(() => null);
  if (all === null) return null;
  const instrument = all.find((each) => each.symbol === symbol);
  if (instrument === undefined) {
    const known = all.map((each) => each.symbol);
    errors['symbol'] = symbolUnknown(data, name, symbol, known).message;
    return null;
  }
  return { instrument, price: await lastPrice(markets, name, instrument) };
}

async function lastPrice(
  markets: Deps['markets'],
  venue: VenueName,
  { symbol }: Instrument,
): Promise<string | null> {
  const [kline] = await markets.klines(venue, symbol, '1m' satisfies Interval, 1).catch(() => []);
  if (kline !== undefined) return text(kline.close);
  const tickers = await markets.tickers(venue).catch(() => null);
  return tickers?.get(symbol)?.last ?? null;
}

async function costOf({ fleet }: Deps, config: BotConfig, errors: Errors) {
  try {
    return await fleet.worstCase(config);
  } catch (error) {
    Object.assign(errors, formFaults(error));
    return null;
  }
}

function previewOf(
  config: BotConfig,
  { instrument, price }: MarketNow,
  priced: boolean,
): DraftPreview | null {
  if (price === null) return null;
  const { venue, symbol, interval, budget } = config;
  const { base, quote, tickSize } = instrument;
  const { lines, trade } = draftLines(config, { instrument, budget, price });
  const pricePrecision = tickSize.split('.')[1]?.replace(/0+$/, '').length ?? 0;
  const market = { venue, symbol, interval, base, quote, pricePrecision, price };
  return { ...market, lines, trade: priced ? trade : null };
}

/** Sentences by field; what is no mistake of a user's is thrown on. */
function formFaults(error: unknown): Errors {
  const errors = formErrors(error);
  if (errors === null) throw error;
  return errors;
}

function faultsOf(work: () => unknown): Errors {
  try {
    work();
    return {};
  } catch (error) {
    return formFaults(error);
  }
}

async function faultsIn(work: () => Promise<unknown>): Promise<Errors> {
  return work().then(() => ({}), formFaults);
}
