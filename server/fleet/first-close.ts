/** When a bot that has seen no kline yet knows a price: once the kline closes that is open now. */
import type { BotView } from '../../bot/files/view.js';
import { closeTimeAt, isInterval } from '../../core/kline.js';
import { readPaperAddress } from '../../exchange/connect.js';
import { duration } from '../../views/time.js';

const ANSWERS_WITHIN_MS = 2_000;
/** A market whose clock is further from ours has a time of its own. */
const APART_MS = 120_000;

/** ` That is at 15:00 UTC, in 35 m.`; nothing where the market's clock is not known. */
export async function firstCloseWords(
  data: string,
  { venue, interval }: Pick<BotView, 'venue' | 'interval'>,
): Promise<string> {
  const time = await marketTime(data, venue);
  return time === null ? '' : closeWords(time, interval, Date.now());
}

/** `time`: of the market (ms); `now`: on the wall. */
export function closeWords(time: number, interval: string, now: number): string {
  if (!isInterval(interval)) return '';
  const closes = closeTimeAt(time, interval) + 1;
  const [day, clock = ''] = new Date(closes).toISOString().split('T');
  const isFar = closes - time > 20 * 3_600_000;
  const isApart = Math.abs(time - now) > APART_MS;
  const at = `${isFar || isApart ? `${day} ` : ''}${clock.slice(0, 5)}`;
  return isApart
    ? ` That is at ${at} by its market’s own clock, ${duration(closes - time)} from now there.`
    : ` That is at ${at} UTC, in ${duration(closes - time)}.`;
}

async function marketTime(data: string, venue: string): Promise<number | null> {
  if (venue !== 'paper') return Date.now();
  try {
    const { control } = readPaperAddress(data);
    const answer = await fetch(`${control}/state`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    const { time } = (await answer.json()) as { time?: unknown };
    return typeof time === 'number' ? time : null;
  } catch {
    return null;
  }
}
