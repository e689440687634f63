import type { Instrument } from '../../core/rules.js';
import type { Settings } from '../../core/state.js';
import { accountOf } from './account.js';
import type { BotConfig } from './schema.js';

/** How long the exchange may accept a request of ours (design §11: short, since an unknown outcome is frozen for it). */
export const RECV_WINDOW_MS = 1_500;

/** What the core needs of a config, with the symbol's rules. */
export function settingsOf(config: BotConfig, instrument: Instrument): Settings {
  return {
    id: config.id,
    symbol: config.symbol,
    account: accountOf(config),
    interval: config.interval,
    instrument,
    budget: config.budget,
    terms: { plan: config.plan, signalName: config.signal.name, signal: config.signal },
    dryRun: config.dryRun,
    maxDailyLossPercent: config.risk.maxDailyLossPercent ?? null,
    maxDrawdownPercent: config.risk.maxDrawdownPercent ?? null,
    maxOrdersPerHour: config.risk.maxOrdersPerHour ?? null,
    recvWindowMs: RECV_WINDOW_MS,
    ...(config.protectionCancelled === undefined ? {} : { protectionCancelled: config.protectionCancelled }),
  };
}
