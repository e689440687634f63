import { ConfigError, parseConfig, problemLine } from '../../bot/config.js';
import { versionOf } from '../../bot/files/config-history.js';
import type { ConfigEdit } from '../fleet/configs.js';
import type { EditPreview } from '../fleet/edit-preview.js';
import { FlotillaError } from '../fleet/errors.js';
import type { FleetActions } from '../fleet-actions.js';
import { formErrors } from './new-bot-form.js';

/** What came of an edit. */
export type Attempt =
  | {
      readonly kind: 'refused';
      /** A sentence for each; and by field, `form` for what belongs to none. */
      readonly problems: readonly string[];
      readonly errors: Readonly<Record<string, string>>;
    }
  /** `confirm`: what says that this very change was seen; null where only a look was asked for. */
  | { readonly kind: 'preview'; readonly preview: EditPreview; readonly confirm: string | null }
  | { readonly kind: 'saved' };

/** Saves an edit; where orders of what is held move at once, only after that was shown and confirmed. */
export async function attemptEdit(
  fleet: Pick<FleetActions, 'previewEdit' | 'edit'>,
  id: string,
  edit: ConfigEdit,
  { save, confirmed }: { readonly save: boolean; readonly confirmed: string | undefined },
): Promise<Attempt> {
  try {
    const preview = await fleet.previewEdit(id, edit);
    if (!save) return { kind: 'preview', preview, confirm: null };
    const confirm = versionOf(JSON.stringify([edit.text, edit.changes, edit.appliesTo, preview.now]));
    if (preview.movesOrders && confirmed !== confirm) return { kind: 'preview', preview, confirm };
    await fleet.edit(id, edit);
    return { kind: 'saved' };
  } catch (error) {
    if (!(error instanceof FlotillaError) || error.httpStatus >= 500) throw error;
    // It is asked for, and the form waits.
    if (error.code === 'PASSWORD_REQUIRED') throw error;
    const problems = error.message.split('\n').map(shortened);
    return { kind: 'refused', problems, errors: formErrors(error) ?? { form: problems.join(' ') } };
  }
}

export const problemsIn = (outcome: Attempt): readonly string[] =>
  outcome.kind === 'refused' ? outcome.problems : [];

/** What is wrong with a text by itself, by line and column; whether its venue takes it is asked when it is saved. */
export function problemsOf(text: string, id: string): string[] {
  try {
    parseConfig(text, 'config.json', { id });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(problemLine);
    throw error;
  }
}

/** `…/config.json:3:16: …` without the folders: there is only one file on this page. */
function shortened(line: string): string {
  return line.replace(/^.*?([^/\\]+\.json:\d+:\d+)/, '$1');
}
