import type { KeysView } from '../../exchange/keys/shown.js';
import type { Who } from '../auth/context.js';
import type { Keys } from './keys.js';

/** What somebody may see of the keys: an admin all, others their own. */
export async function keysOf(keys: Keys, who: Who | null): Promise<KeysView> {
  const view = await keys.view();
  if (who?.role === 'admin') return view;
  return { ...view, keys: view.keys.filter(({ owner }) => owner !== null && owner === who?.id) };
}
