import type { BotView } from '../../bot/files/view.js';
import { INTERVAL_MS, isInterval } from '../../core/kline.js';
import { settingLink, type Finding } from './finding.js';

/** A kline is told soon after it has closed; a minute late is late. */
const GRACE_MS = 60_000;

/**
 * Running, but no kline has come for two intervals. By the market's clock where that is the wall's; in a replay, whose clock
 * is its own, by the last sign of life.
 */
export function staleFinding(bot: BotView, now: number): Finding[] {
  const { interval, actual, lastKline, lastActivity, halted, id } = bot;
  if (actual !== 'online' || halted !== null || !isInterval(interval) || lastActivity === null) return [];
  const length = INTERVAL_MS[interval];
  const due = 2 * length + GRACE_MS;
  const closed = lastKline === null ? null : lastKline + length;
  const heard = closed !== null && (bot.venue !== 'paper' || closed > lastActivity) ? closed : lastActivity;
  // A replay's klines are years old: only what it writes tells that it lives.
  if (now - heard <= due) return [];
  const late = Math.floor((now - heard) / length);
  return [
    {
      code: 'stale',
      // Practice markets may rest: a recording ends, a user steps through it.
      weight: bot.venue === 'paper' ? 'held' : 'act',
      since: heard,
      sentence: `No ${interval} kline has reached it for ${late} intervals: its stream or its exchange is silent.`,
      numbers: [{ name: 'missing', value: `${late} klines` }],
      link: settingLink(id, 'interval', 'Interval'),
    },
  ];
}
