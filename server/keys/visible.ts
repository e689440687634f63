import type { KeysView } from '../../exchange/keys/shown.js';
import type { Who } from '../auth/context.js';
import type { Keys } from './keys.js';

/** What somebody may see of the keys: an admin all, others their own, with those of their bots that they see (`sees`). */
export async function keysOf(
  keys: Pick<Keys, 'view'>,
  who: Who | null,
  sees: (bot: string) => boolean,
): Promise<KeysView> {
  const view = await keys.view();
  if (who?.role === 'admin') return view;
  const own = view.keys.filter(({ owner }) => owner !== null && owner === who?.id);
  return { ...view, keys: own.map((key) => ({ ...key, bots: key.bots.filter(sees) })) };
}
