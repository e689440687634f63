import { differencesOf } from '../../bot/config/differences.js';
import { readConfigHistory, type ConfigEdition } from '../../bot/files/config-history.js';
import type { ConfigEditionModel } from '../../views/model.js';
import { RequestError } from './errors.js';

/** So many of the newest are compared with the ones before them. */
const SHOWN = 40;

/** The newest first. */
export async function editionsOf(data: string, id: string): Promise<ConfigEditionModel[]> {
  const editions = await readConfigHistory(data, id);
  const first = Math.max(0, editions.length - SHOWN);
  return editions
    .slice(first)
    .map(({ version, at, by, text }, index) => {
      const before = editions[first + index - 1];
      const changes = before === undefined ? null : differencesOf(before.text, text);
      return { version, at, by, changes, current: first + index === editions.length - 1 };
    })
    .reverse();
}

/** Errors: EDITION_UNKNOWN. */
export async function editionNamed(data: string, id: string, version: string): Promise<ConfigEdition> {
  const found = (await readConfigHistory(data, id)).findLast((each) => each.version === version);
  if (found !== undefined) return found;
  throw new RequestError(
    422,
    'EDITION_UNKNOWN',
    `The settings of ${id} never were those, as far as is known.`,
    'to',
  );
}
