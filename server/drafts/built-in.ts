/** Starting points that come with Flotilla: each says what it is for. Every value that is not said is the usual one. */
import type { Draft, TemplateView } from './templates.js';

const of = (id: string, name: string, description: string, draft: Draft): TemplateView => ({
  id,
  name,
  description,
  own: false,
  draft,
});

export const BUILT_IN: readonly TemplateView[] = [
  of(
    'dips-in-steps',
    'Dips, sold in steps',
    'Buys when the RSI is low, up to four times; sells each in steps.',
    {
      interval: '15m',
      signal: { name: 'rsi' },
      plan: { name: 'ladder' },
    },
  ),
  of('volatile', 'Volatile coins', 'Buys when two of three indicators agree; one target, one stop.', {
    interval: '5m',
    signal: { name: 'rsi-macd-bollinger' },
    plan: { name: 'single', stopLossPercent: 2, takeProfitPercent: 5 },
  }),
  of('careful', 'Careful, with the trend', 'Buys seldom, and only in a rise; stops buying after a bad day.', {
    interval: '1h',
    signal: { name: 'simple' },
    plan: { name: 'single', stopLossPercent: 3, takeProfitPercent: 6 },
    risk: { maxDailyLossPercent: 3 },
  }),
  of('average-down', 'Averaging down', 'Buys more at each of five levels of a fall; always in the market.', {
    interval: '15m',
    signal: { name: 'always' },
    plan: { name: 'martingale' },
    risk: { maxDrawdownPercent: 25 },
  }),
  of('follow', 'Follow my trades', 'Sells higher what you buy by hand, buys back lower what you sell.', {
    interval: '1m',
    signal: { name: 'manual' },
    plan: { name: 'follow' },
  }),
];
