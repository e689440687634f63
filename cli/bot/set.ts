import { Option, type Command } from 'commander';
import { toldChanges } from '../../bot/config.js';
import type { AppliesTo } from '../../bot/files/config-foresight.js';
import { readConfigText, type ConfigEdit } from '../../server/fleet/configs.js';
import type { EditPreview } from '../../server/fleet/edit-preview.js';
import { FlotillaError } from '../../server/fleet/errors.js';
import { ask, canAsk } from '../ask.js';
import { define, type CommonOptions, type Context } from '../command.js';
import { previewWords, savedWords } from './edit-words.js';
import { forEach } from './lifecycle.js';
import { warningLine } from './making.js';

interface Options extends CommonOptions {
  readonly appliesTo?: AppliesTo;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `flotilla bot set <id…> key=value…` */
export function setCommand(bot: Command): void {
  const command = bot
    .command('set <words...>')
    .usage('[options] <id...> <key=value...>')
    .description(
      'changes settings of bots, such as plan.stopLossPercent=2, budget=500 or tags=a,b; key= takes one out',
    )
    .addOption(
      new Option(
        '--applies-to <when>',
        'from when on a changed plan or signal counts for what is held; asked for on a terminal',
      ).choices(['now', 'next-cycle']),
    )
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--yes', 'do not ask, although orders of what is held change at once');
  define<Options>(command, async (context, options, words) => {
    const ids = words.filter((word) => !word.includes('='));
    const pairs = words.filter((word) => word.includes('='));
    if (ids.length > 0 && pairs.length > 0)
      return forEach(context, ids, (id) => change(context, id, pairs, options));
    const example = 'flotilla bot set btc-dip plan.stopLossPercent=2';
    throw new FlotillaError('USAGE', `Name at least one bot and one setting, as in ${example}.`);
  });
}

async function change(
  context: Context,
  id: string,
  pairs: readonly string[],
  options: Options,
): Promise<void> {
  const { fleet, output, data } = context;
  const seen = await readConfigText(data, id);
  const { changes, problems: unread } = toldChanges(pairs, seen);
  const edit = (appliesTo: AppliesTo | undefined): ConfigEdit => ({
    ...{ changes, unread, seen },
    ...(appliesTo === undefined ? {} : { appliesTo }),
  });
  const preview = await fleet().previewEdit(id, edit(options.appliesTo));
  if (options.dryRun) {
    const words = `${previewWords(preview, options.appliesTo)}\n  Nothing was changed.`;
    return output.result({ ...preview, done: false }, words);
  }
  if (!output.json) output.say(previewWords(preview, options.appliesTo));
  const appliesTo = await settled(context, preview, options);
  await fleet().edit(id, edit(appliesTo));
  const view = await fleet().show(id);
  // The bot may stand still with a budget that its account does not cover.
  const toldOf = changes.some(({ path }) => path === 'budget');
  const warnings = toldOf ? await fleet().warnings(id) : [];
  const words = [`${id}: ${savedWords(view, preview, appliesTo)}`, ...warnings.map(warningLine)];
  output.result({ ...view, preview, warnings }, words.join('\n'));
}

/** From when on it counts, where that matters and was not said; and a yes where orders change at once. */
async function settled(
  context: Context,
  { id, asks, movesOrders }: EditPreview,
  { appliesTo, yes }: Options,
): Promise<AppliesTo | undefined> {
  if (asks && appliesTo === undefined) return askWhen(context, id);
  if (!movesOrders || yes) return appliesTo;
  if (!canAsk(context.output))
    throw new FlotillaError(
      'CONFIRMATION_NEEDED',
      `${id}: what it holds, or orders of it, would be changed at once. Repeat it with --yes if that is meant; --dry-run says which.`,
    );
  if ((await ask(`${id}: change them now? [y/N] `)).startsWith('y')) return appliesTo;
  throw unchanged(id);
}

async function askWhen({ output }: Context, id: string): Promise<AppliesTo> {
  if (!canAsk(output))
    throw new FlotillaError(
      'APPLIES_TO_MISSING',
      `${id} holds a position: say from when on the changed plan or signal counts, --applies-to now or --applies-to next-cycle; --dry-run says what each would do.`,
      { field: 'appliesTo' },
    );
  const answer = await ask(
    `${id}: does it count [n]ow, or from the ne[x]t cycle on? Anything else leaves it. `,
  );
  if (answer === 'n' || answer === 'now') return 'now';
  if (answer === 'x' || answer === 'next' || answer === 'next-cycle') return 'next-cycle';
  throw unchanged(id);
}

function unchanged(id: string): FlotillaError {
  return new FlotillaError('CONFIRMATION_NEEDED', `${id}: nothing was changed.`);
}
