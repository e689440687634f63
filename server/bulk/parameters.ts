import { riskSchema } from '../../bot/config/schema.js';
import type { BotView } from '../../bot/files/view.js';
import { INTERVALS } from '../../core/kline.js';
import { allStrategies, parametersOf } from '../../strategies/registry.js';
import type { BulkParameter } from '../../views/bulk.js';
import type { Wish } from './wish.js';

type Described = Pick<BulkParameter, 'title' | 'help' | 'type'>;

/** Every setting that several of the bots may be given at once, those that most of them have first within a group. */
export function parametersFor(bots: readonly BotView[]): readonly BulkParameter[] {
  const common: BulkParameter[] = [
    {
      key: 'budget',
      group: 'every bot',
      title: 'Budget',
      help: 'In the quote asset.',
      type: 'text',
      bots: bots.length,
    },
    {
      key: 'interval',
      group: 'every bot',
      title: 'Interval',
      help: `One of ${INTERVALS.join(', ')}; counts at once.`,
      type: 'text',
      bots: bots.length,
    },
    ...Object.entries(riskSchema.shape).map(([name, schema]): BulkParameter => {
      const { title = name, description = '' } = schema.meta() ?? {};
      return {
        key: `risk.${name}`,
        group: 'caps',
        title: String(title),
        help: description,
        type: 'number',
        bots: bots.length,
      };
    }),
  ];
  const { signals, plans } = allStrategies();
  return [...common, ...ofParts('signal', signals, bots), ...ofParts('plan', plans, bots)];
}

function ofParts(
  part: 'signal' | 'plan',
  known: readonly (Parameters<typeof parametersOf>[0] & { readonly name: string })[],
  bots: readonly BotView[],
): BulkParameter[] {
  return known.flatMap((one) => {
    const count = bots.filter((bot) => bot[part] === one.name).length;
    if (count === 0) return [];
    return parametersOf(one).map(({ name, title, description = '', type }) => ({
      key: `${part}.${one.name}.${name}`,
      group: `${part} ${one.name}`,
      ...described(title, description, type),
      bots: count,
    }));
  });
}

function described(title: string, help: string, type: string): Described {
  const kind = type === 'number' || type === 'integer' ? 'number' : type === 'boolean' ? 'boolean' : 'text';
  return { title, help, type: kind };
}

/** What a form's field means in a config; a value that is none of its kind stays as typed, and is refused with its place. */
export function editOf(
  { key, type }: Pick<BulkParameter, 'key' | 'type'>,
  typed: string,
  appliesTo: string | undefined,
): Pick<Wish, 'edit' | 'of'> {
  const [part, strategy, name] = key.split('.');
  const isPart = (part === 'signal' || part === 'plan') && strategy !== undefined && name !== undefined;
  const path = isPart ? `${part}.${name}` : key;
  return {
    edit: {
      changes: [{ path, value: valueOf(type, typed.trim()) }],
      ...(appliesTo === 'now' || appliesTo === 'next-cycle' ? { appliesTo } : {}),
    },
    ...(isPart ? { of: { part, name: strategy } } : {}),
  };
}

function valueOf(type: BulkParameter['type'], typed: string): unknown {
  // Nothing is the default again.
  if (typed === '') return undefined;
  if (type === 'number' && Number.isFinite(Number(typed))) return Number(typed);
  if (type === 'boolean' && (typed === 'true' || typed === 'false')) return typed === 'true';
  return typed;
}
