import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { inFolder } from '../../views/parts.js';
import type { ServerDeps } from '../deps.js';
import { readConfigText, type ConfigEdit } from '../fleet/configs.js';
import { FlotillaError } from '../fleet/errors.js';
import { Pace } from '../fleet/pace.js';
import { atOnce } from './at-once.js';
import type { Item, Result, Wish } from './wish.js';

type Deps = Pick<ServerDeps, 'data' | 'store' | 'fleet'>;

/** As many as a fleet that comes back starts; writing configs is quick. */
const AT_ONCE = 8;
/** Live bots begin with heavy requests: see `Pace`. */
const LIVE_STARTS_PER_MINUTE = 25;

/** What was written of an edit, so that it can be taken back. */
export interface Undo {
  readonly id: string;
  readonly before: string;
  readonly after: string;
  readonly now: boolean;
}

/** Does what was prepared, bot by bot; one that fails keeps no other from its turn. `told` hears of each as it ends. */
export async function perform(
  deps: Deps,
  wish: Wish,
  items: readonly Item[],
  told: (result: Result) => void,
  undo: (edit: Undo) => void = () => undefined,
): Promise<readonly Result[]> {
  const pace = new Pace(LIVE_STARTS_PER_MINUTE);
  return atOnce(AT_ONCE, items, async (item) => {
    const result = await attempt(item, () => act(deps, wish, item, pace, undo));
    if (item.outcome === 'would') await deps.store.refresh(item.id).catch(() => undefined);
    told(result);
    return result;
  });
}

type Done = Pick<Result, 'message' | 'made'>;

async function attempt(item: Item, work: () => Promise<Done>): Promise<Result> {
  const { id, name, outcome, message } = item;
  if (outcome === 'skipped') return { id, name, outcome, message };
  if (outcome === 'refused') return { id, name, outcome: 'failed', message };
  try {
    return { id, name, outcome: 'done', ...(await work()) };
  } catch (error) {
    if (!(error instanceof FlotillaError)) throw error;
    return { id, name, outcome: 'failed', message: inFolder(error.message), code: error.code };
  }
}

async function act(
  { data, fleet, store }: Deps,
  wish: Wish,
  { id, edit, copies = [] }: Item,
  pace: Pace,
  undo: (edit: Undo) => void,
): Promise<Done> {
  switch (wish.action) {
    case 'start': {
      if (store.get(id)?.venue !== 'paper') await pause(pace.next(performance.now()));
      await fleet.start(id, { realMoney: wish.realMoney === true });
      return { message: 'runs' };
    }
    case 'stop':
      return { message: stopWords((await fleet.stop(id)).unreached.length) };
    case 'pause':
    case 'resume':
      return { message: (await fleet.command(id, { name: wish.action })).message };
    case 'delete':
      await fleet.delete(id, { force: wish.force === true });
      return { message: 'is deleted' };
    case 'clone':
      return clone({ fleet, store }, id, copies);
    case 'tag':
    case 'untag':
    case 'edit': {
      if (edit === undefined) return { message: 'is unchanged' };
      await fleet.edit(id, edit.edit);
      const after = await readConfigText(data, id);
      undo({ id, before: edit.before, after, now: edit.edit.appliesTo === 'now' });
      return { message: 'is changed' };
    }
  }
}

function stopWords(unreached: number): string {
  if (unreached === 0) return 'is stopped';
  return `is stopped, but ${unreached} of its buy orders could not be cancelled: the exchange did not answer`;
}

async function clone(
  { fleet, store }: Pick<Deps, 'fleet' | 'store'>,
  id: string,
  copies: NonNullable<Item['copies']>,
): Promise<Done> {
  const made: string[] = [];
  for (const { id: copy, symbol } of copies) {
    const changes = symbol === undefined ? [] : [{ path: 'symbol', value: symbol }];
    try {
      await fleet.clone(id, { id: copy, changes });
    } catch (error) {
      if (!(error instanceof FlotillaError) || made.length === 0) throw error;
      const message = `${error.message} Made before it: ${made.join(', ')}.`;
      throw new FlotillaError(error.code, message, { cause: error });
    }
    made.push(copy);
    await store.refresh(copy);
  }
  return { message: `made ${made.join(', ')}, stopped`, made };
}

/** The edit that takes another back. */
export const backOf = ({ before, after, now }: Undo): ConfigEdit => ({
  text: before,
  seen: after,
  ...(now ? { appliesTo: 'now' } : {}),
});

/** Takes edits back, each only where the file still says what the edit wrote. */
export async function takeBack(deps: Deps, edits: readonly Undo[]): Promise<readonly Result[]> {
  return atOnce(AT_ONCE, edits, async (edit) => {
    const { id } = edit;
    const name = deps.store.get(id)?.name ?? id;
    const item: Item = { id, name, outcome: 'would', message: '' };
    const result = await attempt(item, async () => {
      await deps.fleet.edit(id, backOf(edit));
      return { message: 'is as it was' };
    });
    await deps.store.refresh(id).catch(() => undefined);
    return result;
  });
}
