import type { FleetActions } from '../fleet-actions.js';

/**
 * The same action on the same bot, asked for while it is under way, is that one action: a double click starts a bot
 * once, and a thousand clicks do not queue a thousand starts.
 */
export function sharing(fleet: FleetActions): FleetActions {
  const underWay = new Map<string, Promise<unknown>>();
  const share = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const known = underWay.get(key);
    if (known !== undefined) return known as Promise<T>;
    const doing = work().finally(() => underWay.delete(key));
    underWay.set(key, doing);
    return doing;
  };
  return {
    create: (config, options) => fleet.create(config, options),
    worstCase: (config) => fleet.worstCase(config),
    warnings: (id) => share(`warnings ${id}`, () => fleet.warnings(id)),
    edit: (id, edit) => fleet.edit(id, edit),
    previewEdit: (id, edit) => fleet.previewEdit(id, edit),
    clone: (id, wanted, options) => fleet.clone(id, wanted, options),
    start: (id, options) =>
      share(`start ${id} ${String(options?.realMoney)}`, () => fleet.start(id, options)),
    preflight: (id) => share(`preflight ${id}`, () => fleet.preflight(id)),
    stop: (id) => share(`stop ${id}`, () => fleet.stop(id)),
    restart: (id) => share(`restart ${id}`, () => fleet.restart(id)),
    command: (id, wanted) => share(`${id} ${JSON.stringify(wanted)}`, () => fleet.command(id, wanted)),
    halt: (options) => share(`halt ${String(options?.flatten)}`, () => fleet.halt(options)),
    resume: () => share('resume', () => fleet.resume()),
    halted: () => fleet.halted(),
    caps: () => fleet.caps(),
    // Each asks the exchanges.
    accounts: () => share('accounts', () => fleet.accounts()),
    setCaps: (changes) => fleet.setCaps(changes),
    release: (id) => fleet.release(id),
    foresee: (id, asked) => fleet.foresee(id, asked),
    delete: (id, options) => share(`delete ${id} ${String(options?.force)}`, () => fleet.delete(id, options)),
  };
}
