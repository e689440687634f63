/** What the page's forms say of a question about several bots. */
import type { ServerDeps } from '../deps.js';
import { PICK } from '../../views/fleet/row.js';
import type { BulkForm } from '../../views/bulk.js';
import type { FormFields } from '../web/forms.js';
import { editOf, parametersFor } from './parameters.js';
import type { Verb, Wish } from './wish.js';

type Bots = Pick<ServerDeps, 'store'>;

/** The bots that were selected: boxes of the fleet's table, or what a question before has named. */
export function idsOf(fields: FormFields): string[] {
  const named = (fields['ids'] ?? '').split(',').filter(Boolean);
  const boxes = Object.keys(fields).filter((name) => name.startsWith(PICK));
  return [...new Set([...named, ...boxes.map((name) => name.slice(PICK.length))])];
}

/** The form that asks for what is missing; null where all is said. */
export function formOf(
  { store }: Bots,
  action: Verb,
  ids: readonly string[],
  fields: FormFields,
  token: string,
): BulkForm | null {
  const bots = ids.flatMap((id) => store.get(id) ?? []);
  const shared = { ids, token, typed: fields };
  if (action === 'edit') {
    const parameters = parametersFor(bots);
    const known = parameters.some(({ key }) => key === fields['parameter']);
    return known ? null : { ...shared, action, parameters };
  }
  if (action === 'clone') {
    if (fields['symbols'] === undefined) return { ...shared, action };
    const wrong = symbolsOf(fields).find((symbol) => !/^[A-Z0-9]{2,20}$/.test(symbol));
    return wrong === undefined
      ? null
      : {
          ...shared,
          action,
          problem: `"${wrong.slice(0, 40)}" is no symbol; write them such as ETHUSDT, SOLUSDT.`,
        };
  }
  if (action !== 'tag' && action !== 'untag') return null;
  if ((fields['tag'] ?? '').trim() !== '') return null;
  return { ...shared, action: 'tag', tags: [...new Set(store.all().flatMap(({ tags }) => tags))].sort() };
}

function symbolsOf({ symbols = '' }: FormFields): string[] {
  return [...new Set(symbols.toUpperCase().split(/[\s,;]+/))].filter(Boolean);
}

/** What is to be done, once `formOf` asks for nothing more. */
export function formWish(
  { store }: Bots,
  action: Verb,
  ids: readonly string[],
  fields: FormFields,
  live: boolean,
): Wish {
  const bots = ids.flatMap((id) => store.get(id) ?? []);
  const parameter = parametersFor(bots).find(({ key }) => key === fields['parameter']);
  const symbols = symbolsOf(fields);
  return {
    action,
    ids,
    // The question names what is held.
    force: true,
    realMoney: live,
    ...(action === 'tag' || action === 'untag' ? { tag: (fields['tag'] ?? '').trim().slice(0, 40) } : {}),
    ...(action === 'edit' && parameter !== undefined
      ? editOf(parameter, fields['value'] ?? '', fields['appliesTo'])
      : {}),
    ...(action === 'clone' && symbols.length > 0 ? { symbols } : {}),
  };
}
