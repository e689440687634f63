import type { Node } from 'jsonc-parser';
import { findNodeAtLocation } from 'jsonc-parser';
import { parametersOf, plans, signals } from '../../strategies/registry.js';
import type { Finding } from './problems.js';

type Path = readonly (string | number)[];

/** The plain value of a tree: amounts become text by their own digits, every other number must survive the trip. */
export function valueOf(
  root: Node,
  text: string,
): { readonly value: unknown; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const amounts = amountPaths(root);
  const convert = (node: Node, path: Path): unknown => {
    if (node.type === 'array')
      return (node.children ?? []).map((item, index) => convert(item, [...path, index]));
    if (node.type === 'object') return objectOf(node, path);
    if (node.type !== 'number') return node.value as unknown;
    const digits = text.slice(node.offset, node.offset + node.length);
    if (amounts.has(path.join('.'))) return digits;
    const message = numberProblem(digits);
    if (message !== null) findings.push({ offset: node.offset, path, message, value: digits });
    // Adding zero makes of -0 a zero.
    return Number(digits) + 0;
  };
  const objectOf = (node: Node, path: Path): unknown => {
    const entries = (node.children ?? []).map(({ children: [key, value] = [] }) => {
      const name = String(key?.value);
      return [name, value === undefined ? undefined : convert(value, [...path, name])] as const;
    });
    return Object.fromEntries(entries);
  };
  return { value: convert(root, []), findings };
}

/** Where decimal text is meant: the budget, and what the chosen signal and plan call decimal. */
function amountPaths(root: Node): ReadonlySet<string> {
  const paths = new Set(['budget']);
  for (const [section, known] of [
    ['signal', signals],
    ['plan', plans],
  ] as const) {
    const definition = known.get(String(findNodeAtLocation(root, [section, 'name'])?.value));
    for (const { name, type } of definition === undefined ? [] : parametersOf(definition))
      if (type === 'decimal') paths.add(`${section}.${name}`);
  }
  return paths;
}

function numberProblem(digits: string): string | null {
  if (/e/i.test(digits)) return `must be written without exponent, is ${digits}`;
  const value = Number(digits);
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return `is too large: ${digits.slice(0, 40)}`;
  return null;
}
