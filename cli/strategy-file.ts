/** A signal or plan of the user's own, from a file of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlanDefinition, SignalDefinition } from '../core/strategy.js';
import { usage } from './backtest-input.js';

export interface OwnStrategies {
  readonly signals: readonly SignalDefinition[];
  readonly plans: readonly PlanDefinition[];
}

/** Runs the file (TypeScript or JavaScript) and answers what it exports. Errors: USAGE. */
export async function readStrategies(file: string): Promise<OwnStrategies> {
  const { build } = await import('esbuild');
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-strategy-'));
  const outfile = join(folder, 'strategy.mjs');
  try {
    await build({
      entryPoints: [resolve(file)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'silent',
    });
    const exported = (await import(pathToFileURL(outfile).href)) as Record<string, unknown>;
    const found = [...new Set(Object.values(exported))];
    const strategies = { signals: found.filter(isSignal), plans: found.filter(isPlan) };
    if (strategies.signals.length + strategies.plans.length > 0) return strategies;
  } catch (error) {
    const [first] =
      (error as { errors?: { text: string; location: { line: number } | null }[] }).errors ?? [];
    const why = first === undefined ? (error as Error).message : first.text;
    const line = first?.location == null ? '' : `:${first.location.line}`;
    throw usage('lookahead', `${file}${line} cannot be run: ${why}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  throw usage(
    'lookahead',
    `${file} exports no signal (an object with name, parameters, warmup and create) and no plan (with name, parameters and answer).`,
  );
}

const isSignal = (value: unknown): value is SignalDefinition => has(value, ['warmup', 'create']);
const isPlan = (value: unknown): value is PlanDefinition => has(value, ['answer']);

function has(value: unknown, functions: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Record<string, unknown>;
  return (
    typeof object.name === 'string' &&
    typeof object.parameters === 'object' &&
    functions.every((name) => typeof object[name] === 'function')
  );
}
