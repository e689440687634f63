import { createScanner, findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';

/** A piece of text put in the place of another. */
interface Splice {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/**
 * The text of a JSON object with one value set, or removed where `value` is undefined; objects missing on the way
 * are made. The library's own `modify` takes comments along with what it removes and reformats whole lines; this
 * touches nothing but the value, its comma and its line.
 */
export function withValue(text: string, path: readonly string[], value: unknown): string {
  const root = parseTree(text, [], { allowTrailingComma: true })!;
  const node = findNodeAtLocation(root, [...path]);
  if (value === undefined) return node === undefined ? text : apply(text, removal(text, node.parent!));
  if (node !== undefined)
    return apply(text, [{ offset: node.offset, length: node.length, text: inline(value) }]);
  const [parent, rest] = deepest(root, path);
  const nested = rest.slice(1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  if (parent.type === 'object') return apply(text, insertion(text, parent, rest[0]!, nested));
  return apply(text, [
    { offset: parent.offset, length: parent.length, text: inline({ [rest[0]!]: nested }) },
  ]);
}

/** The last thing on the way that exists, and what of the way is left. */
function deepest(root: Node, path: readonly string[]): [Node, readonly string[]] {
  for (let length = path.length - 1; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return [node, path.slice(length)];
  }
  return [root, path];
}

/** A new last property: on a line of its own, behind all comments, unless the object stands on one line. */
function insertion(text: string, object: Node, key: string, value: unknown): Splice[] {
  const property = `${JSON.stringify(key)}: ${inline(value)}`;
  const brace = object.offset + object.length - 1;
  const last = object.children?.at(-1);
  const inside = text.slice(object.offset + 1, brace);
  if (last === undefined && inside.trim() === '')
    return [{ offset: object.offset, length: object.length, text: `{ ${property} }` }];
  if (last === undefined) return [{ offset: brace, length: 0, text: `${property} ` }];
  const end = last.offset + last.length;
  if (!inside.includes('\n')) return [{ offset: end, length: 0, text: `, ${property}` }];
  const comma = commaAfter(text, end);
  const at = object.offset + 1 + inside.trimEnd().length;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return [
    ...(comma === null ? [{ offset: end, length: 0, text: ',' }] : []),
    {
      offset: at,
      length: 0,
      text: `${eol}${indentOfLine(text, last.offset)}${property}${comma === null ? '' : ','}`,
    },
  ];
}

/** The property with its comma, and its line if it had one for itself. */
function removal(text: string, property: Node): Splice[] {
  const siblings = property.parent!.children!;
  const before = siblings[siblings.indexOf(property) - 1];
  const end = property.offset + property.length;
  const comma = commaAfter(text, end);
  // Without a comma behind it, the one before it would be left over.
  const left =
    comma === null && before !== undefined ? commaAfter(text, before.offset + before.length) : null;
  return [
    ...(left === null ? [] : [{ offset: left, length: 1, text: '' }]),
    { ...lineOf(text, property.offset, comma === null ? end : comma + 1), text: '' },
  ];
}

/** From `start` to `end`, with the blanks behind it; the whole line if nothing else stands on it. */
function lineOf(text: string, start: number, end: number): { offset: number; length: number } {
  const blanks = /^[ \t]*/.exec(text.slice(end))![0].length;
  const newline = /^\r?\n/.exec(text.slice(end + blanks));
  const indent = indentAt(text, start).length;
  const alone = text.slice(0, start - indent).endsWith('\n');
  if (newline === null || !alone) return { offset: start, length: end + blanks - start };
  return { offset: start - indent, length: indent + end - start + blanks + newline[0].length };
}

/** The blanks that the line of an offset begins with. */
const indentOfLine = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))![0];

/** The blanks directly before an offset. */
const indentAt = (text: string, offset: number): string => /[ \t]*$/.exec(text.slice(0, offset))![0];

/** Where the comma stands that follows an offset, comments skipped; null if something else follows. */
function commaAfter(text: string, offset: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  return text[scanner.getTokenOffset()] === ',' ? scanner.getTokenOffset() : null;
}

function apply(text: string, splices: readonly Splice[]): string {
  // Of two at one place the later is put in first, so that they end up in the order given.
  const fromTheEnd = [...splices].reverse().sort((a, b) => b.offset - a.offset);
  return fromTheEnd.reduce(
    (edited, { offset, length, text }) => edited.slice(0, offset) + text + edited.slice(offset + length),
    text,
  );
}

/** JSON on one line as a person would write it: `{ "name": "rsi", "period": 14 }`. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return entries.length === 0
    ? '{}'
    : `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${inline(inner)}`).join(', ')} }`;
}
