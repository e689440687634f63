import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { z } from 'zod';
import { strategyDocs } from './docs.js';
import { planPage } from './plan-docs.js';
import {
  allStrategies,
  decimalText,
  parametersOf,
  planNamed,
  plans,
  signalNamed,
  signals,
} from './registry.js';

t.test('signals and plans are found by their names', async (t) => {
  t.same([...signals.keys()], ['rsi-macd-bollinger', 'rsi', 'simple', 'always', 'manual']);
  for (const [name, signal] of signals) t.equal(signalNamed(name), signal);
  for (const [name, plan] of plans) t.equal(planNamed(name), plan);
  t.throws(() => signalNamed('rsii'), {
    message: 'There is no signal "rsii"; known: rsi-macd-bollinger, rsi, simple, always, manual.',
  });
  t.throws(() => planNamed('ladderr'), /There is no plan "ladderr"/);
});

t.test('every parameter has a title, a description and, where it is a number, a lower bound', async (t) => {
  const { signals, plans } = allStrategies();
  for (const definition of [...signals, ...plans]) {
    for (const parameter of parametersOf(definition)) {
      const where = `${definition.name}.${parameter.name}`;
      t.ok(parameter.title.length > 2 && parameter.description.length > 10, `${where} is described`);
      if (parameter.type === 'number' || parameter.type === 'integer')
        t.not(parameter.minimum, null, `${where} is bounded`);
      t.notOk(parameter.required, `${where} can be left out`);
    }
  }
});

t.test('parameters are listed as forms need them', async (t) => {
  t.same(
    parametersOf(signalNamed('rsi')).map(({ name, type, default: standard, minimum, maximum }) => [
      name,
      type,
      standard,
      minimum,
      maximum,
    ]),
    [
      ['period', 'integer', 14, 2, 500],
      ['buyBelow', 'number', 30, 0, 100],
      ['sellAbove', 'number', 70, 0, 100],
    ],
  );
  const parameters = z.object({
    name: z.literal('x'),
    side: z.enum(['long', 'short']).default('long'),
    on: z.boolean(),
    amount: decimalText().optional(),
    note: z.string().optional(),
    count: z.int(),
  });
  t.same(
    parametersOf({ parameters }).map(({ name, type, required }) => [name, type, required]),
    [
      ['side', 'choice', false],
      ['on', 'boolean', true],
      ['amount', 'decimal', false],
      ['note', 'text', false],
      ['count', 'integer', true],
    ],
  );
  t.equal(parametersOf({ parameters })[4]?.maximum, null);
});

t.test('defaults are valid, and contradictions between parameters are refused', async (t) => {
  const { signals } = allStrategies();
  for (const { parameters } of signals) t.ok(parameters.safeParse({}).success);
  t.notOk(signalNamed('rsi').parameters.safeParse({ buyBelow: 70, sellAbove: 30 }).success);
  t.notOk(signalNamed('rsi-macd-bollinger').parameters.safeParse({ macdFast: 26, macdSlow: 12 }).success);
});

t.test('warm-up is at least twenty times the longest smoothing period', async (t) => {
  const warmup = (name: string, given: object) => {
    const signal = signalNamed(name);
    return signal.warmup(signal.parameters.parse(given));
  };
  t.equal(warmup('rsi', { period: 21 }), 420);
  t.ok(warmup('rsi-macd-bollinger', {}) >= 20 * 26);
  t.ok(warmup('rsi-macd-bollinger', { rsiPeriod: 100 }) >= 2_000);
  t.ok(
    warmup('rsi-macd-bollinger', {
      bollingerPeriod: 500,
      macdSlow: 3,
      macdFast: 2,
      macdSignal: 2,
      rsiPeriod: 2,
    }) >= 500,
  );
  t.ok(warmup('simple', {}) >= 280);
  t.equal(warmup('manual', {}), 0);
});

t.test('README.md says what the schemas say (UPDATE_DOCS=1 writes it)', async (t) => {
  const readme = new URL('README.md', import.meta.url);
  const docs = strategyDocs(readFileSync(new URL('signals/rsi.ts', import.meta.url), 'utf8'));
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(readme, docs);
  t.equal(readFileSync(readme, 'utf8'), docs);
});

t.test('each plan has a page in docs/plans that says what it does (UPDATE_DOCS=1 writes it)', async (t) => {
  const folder = new URL('../docs/plans/', import.meta.url);
  for (const plan of plans.values()) {
    const page = new URL(`${plan.name}.md`, folder);
    const docs = planPage(plan);
    if (process.env['UPDATE_DOCS'] === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(page, docs);
    }
    t.equal(readFileSync(page, 'utf8'), docs);
  }
});
