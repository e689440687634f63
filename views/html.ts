import { html as escaped, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Safe markup: every value put into it was escaped, unless it was markup already. Send it with `String(markup)`. */
export type Html = HtmlEscapedString;

/** One tight template per place in the source: line breaks between tags are for readers, not for the wire. */
const tight = new WeakMap<TemplateStringsArray, TemplateStringsArray>();

/** Around these the space of a line break is never seen. */
const BLOCK =
  't[rdh]|tbody|thead|table|section|div|p|[uod]l|li|d[td]|h\\d|form|header|aside|nav|main|fieldset|option|symbol|svg';
const BETWEEN_BLOCKS = new RegExp(`\\s*\\n\\s*(?=</?(${BLOCK})\\b)`, 'g');
const AFTER_BLOCK = new RegExp(`(</?(?:${BLOCK})\\b[^<>]*>)\\s*\\n\\s*`, 'g');

function tighten(strings: TemplateStringsArray): TemplateStringsArray {
  const known = tight.get(strings);
  if (known) return known;
  const made = strings.map((part) =>
    part
      .replace(/\s*\n\s*(?=\/?>)/g, '')
      .replace(AFTER_BLOCK, '$1')
      .replace(BETWEEN_BLOCKS, '')
      .replace(/\s*\n\s*/g, ' '),
  );
  const result = Object.assign(made, { raw: made }) as unknown as TemplateStringsArray;
  tight.set(strings, result);
  return result;
}

/**
 * The one way markup is made here: a template tag that escapes text, numbers aside; arrays and nested markup go in as
 * they are; null, undefined and booleans print nothing. No value is a promise, so the answer is never one.
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  return escaped(tighten(strings), ...values) as Html;
}

/** Nothing at all. */
export const NOTHING: Html = raw('');

/** Joins parts with markup between them. */
export function join(parts: readonly Html[], between: Html): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${between}${part}`))}`;
}
