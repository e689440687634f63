import { z } from 'zod';
import { dec } from '../core/decimal.js';
import { plain, shown } from './shown.js';
import type { ParameterSchema } from '../core/strategy.js';

/** One parameter as a form, a page of documentation or a command line needs it. */
export interface ParameterInfo {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `decimal` is money or a quantity: decimal text, or in a file a number that is read by its digits. */
  readonly type: 'number' | 'integer' | 'boolean' | 'decimal' | 'text' | 'choice';
  /** What it is when left out; null where nothing stands in for it. */
  readonly default: string | number | boolean | null;
  readonly minimum: number | null;
  /** The minimum itself is not allowed: above it. */
  readonly exclusiveMinimum?: boolean;
  readonly maximum: number | null;
  /** Whether it must be given. */
  readonly required: boolean;
  readonly choices: readonly string[];
}

const DECIMAL = '^(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?$';
const PLAIN_DECIMAL = new RegExp(DECIMAL);

/** Why a text is not a plain decimal number above zero, as the end of a sentence; null if it is one. */
export function decimalProblem(value: string): string | null {
  const seen = plain(value.slice(0, 60));
  if (PLAIN_DECIMAL.test(value)) return dec(value).gt(0) ? null : `must be above 0, is ${seen}`;
  if (value.trim() === '') return 'must be a number above 0, is empty';
  if (/^-[0-9]/.test(value)) return `must be above 0, is ${seen}`;
  if (/^[0-9]+,[0-9]+$/.test(value))
    return `must be written with a decimal point, such as 1.5; is ${seen} with a comma`;
  if (/^0x/i.test(value)) return `must be a plain decimal number, is hexadecimal ${seen}`;
  if (/^[0-9.]+e[+-]?[0-9]+$/i.test(value))
    return `must be written without exponent, such as 1000; is ${seen}`;
  if (/^0[0-9]/.test(value)) return `must be written without leading zeros, is ${seen}`;
  if (/^[0-9]+(\.[0-9]+)?$/.test(value))
    return `must have at most 18 digits before and after the point, is ${seen}`;
  return `must be a plain decimal number above 0, is ${shown(value)}`;
}

/** Schema of an amount (money, price or quantity) above zero, kept as decimal text and never as a float. */
export function decimalText() {
  return z
    .string({ error: 'must be an amount such as "1000"' })
    .superRefine((value, context) => {
      const message = decimalProblem(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .meta({ format: 'decimal', pattern: DECIMAL });
}

/** Every parameter of a signal or plan, in the order of its schema; its own `name` is none. */
export function parametersOf(definition: { readonly parameters: ParameterSchema }): readonly ParameterInfo[] {
  const known = described.get(definition.parameters);
  if (known !== undefined) return known;
  const list = describe(definition.parameters);
  described.set(definition.parameters, list);
  return list;
}

const described = new WeakMap<ParameterSchema, readonly ParameterInfo[]>();

/** The part of a JSON Schema (draft 7) that zod writes for one parameter. */
interface PropertySchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

function describe(parameters: ParameterSchema): readonly ParameterInfo[] {
  const schema = z.toJSONSchema(parameters, { io: 'input', target: 'draft-7' });
  const required = new Set(schema.required ?? []);
  const own = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'name');
  return own.map(([name, property]) => {
    const p = property as PropertySchema;
    return {
      name,
      title: p.title ?? name,
      description: p.description ?? '',
      type: typeOf(p),
      default: p.default ?? null,
      minimum: bound(p.minimum ?? p.exclusiveMinimum),
      ...(p.minimum === undefined && p.exclusiveMinimum !== undefined ? { exclusiveMinimum: true } : {}),
      maximum: bound(p.maximum ?? p.exclusiveMaximum),
      required: required.has(name),
      choices: p.enum ?? [],
    };
  });
}

function typeOf({ type, format, enum: choices }: PropertySchema): ParameterInfo['type'] {
  if (choices !== undefined) return 'choice';
  if (format === 'decimal') return 'decimal';
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  return 'text';
}

/** zod bounds every integer by what a double can count to; that is no limit to tell a user. */
function bound(value: number | undefined): number | null {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}
