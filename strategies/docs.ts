import type { ParameterSchema } from '../core/strategy.js';
import { parametersOf, type ParameterInfo } from './parameters.js';
import { allStrategies, signalNamed } from './registry.js';

interface Definition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: ParameterSchema;
}

/**
 * `strategies/README.md`, whole: what each signal and plan does and takes, from the same schemas that check configs
 * and make forms. `rsiSource` is the text of `signals/rsi.ts`, the example of the last section.
 */
export function strategyDocs(rsiSource: string): string {
  const { signals, plans } = allStrategies();
  return [
    '# Signals and plans',
    'A bot is one signal (when to enter and exit) and one plan (what to hold and how to leave). This page is made from their schemas by `docs.ts`; a test keeps it up to date.',
    '## Signals',
    'A signal looks at each closed kline once and says enter, exit or hold, with its reasons. Before the first kline it decides on, it is fed with earlier history where there is some ("warm-up"), so that a restart changes no decision; without history it speaks from the kline on which its indicators are defined. RSI is smoothed as Wilder did and not rounded; averages start from the simple mean of their first values, as in TA-Lib.',
    ...signals.flatMap((signal) => section(signal, 'signal', warmupOf(signal))),
    '## Plans',
    ...plans.flatMap((plan) =>
      section(
        plan,
        'plan',
        `[Its page](../docs/plans/${plan.name}.md): a worked example, the worst case, and what happens while the bot is down.`,
      ),
    ),
    ...ownSignal(rsiSource),
  ]
    .join('\n\n')
    .concat('\n');
}

function section(definition: Definition, kind: string, note: string | null): string[] {
  const parameters = parametersOf(definition);
  return [
    `### \`${definition.name}\`: ${definition.title}`,
    definition.description,
    ...(note === null ? [] : [note]),
    parameters.length === 0 ? 'It has no parameters.' : table(parameters),
    `In a config: \`${example(definition.name, kind, parameters)}\``,
  ];
}

function warmupOf({ name }: Definition): string {
  const signal = signalNamed(name);
  const klines = signal.warmup(signal.parameters.parse({}));
  return klines === 0 ? 'It needs no warm-up.' : `Warm-up with the defaults: ${klines} klines.`;
}

/** The table of parameters, from their schema. */
export function table(parameters: readonly ParameterInfo[]): string {
  const rows = parameters.map(
    (p) =>
      `| \`${p.name}\` | ${p.title}. ${p.description} | ${kindOf(p)} | ${p.default === null ? '–' : `${p.default}`} |`,
  );
  return ['| parameter | meaning | value | default |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const KINDS: Record<ParameterInfo['type'], string> = {
  integer: 'whole number',
  number: 'number',
  decimal: 'amount above 0',
  boolean: 'true or false',
  text: 'text',
  choice: 'one of',
};

function kindOf({ type, choices, required, ...info }: ParameterInfo): string {
  const bounds = boundsOf(info);
  const list = choices.length === 0 ? '' : ` ${choices.join(', ')}`;
  return `${KINDS[type]}${list}${bounds}${required ? ', required' : ''}`;
}

function boundsOf({
  minimum,
  exclusiveMinimum = false,
  maximum,
}: Pick<ParameterInfo, 'minimum' | 'exclusiveMinimum' | 'maximum'>): string {
  if (minimum === null) return '';
  if (exclusiveMinimum)
    return maximum === null ? `, above ${minimum}` : `, above ${minimum}, at most ${maximum}`;
  return maximum === null ? `, from ${minimum}` : `, ${minimum} to ${maximum}`;
}

/** A strategy in a config, with its first parameter that has a default. */
export function example(name: string, kind: string, parameters: readonly ParameterInfo[]): string {
  const first = parameters.find((p) => p.default !== null);
  const given = first === undefined ? '' : `, "${first.name}": ${JSON.stringify(first.default)}`;
  return `"${kind}": { "name": "${name}"${given} }`;
}

function ownSignal(rsiSource: string): string[] {
  return [
    '## Write your own signal',
    'Copy `signals/rsi.ts`, give it a name, and add it to the list in `registry.ts`: the form in the dashboard, the checks of configs, the JSON Schema, `--set` and this page follow from its schema. This is all of it:',
    '```ts\n' + rsiSource.trim() + '\n```',
    [
      '- `parameters` is a zod object: give each a title, a description, a default and bounds. A rule between two of them is a `refine` that names one in `path`.',
      '- `create` returns an object that is fed with each closed kline once and in order, and sees no later one: looking ahead is impossible. Work and memory per kline must not grow with history; use the streaming indicators in `indicators/`, which answer null until they are defined.',
      '- No clock, no chance, no files, no network: the same klines give the same verdicts, in a backtest, on paper and live. Time is `kline.closeTime`.',
      '- `reasons` carry numbers on every kline, also while it holds (what does it wait for?); `words` makes a sentence of them when somebody reads it.',
      '- `warmup` is 20 × the longest smoothing period; a plain window (SMA, Bollinger) needs only its length.',
      '- `signals/signals.test.ts` checks every signal in the registry: a prefix of the klines gives a prefix of the verdicts, and after the warm-up the past before it decides nothing.',
    ].join('\n'),
  ];
}
