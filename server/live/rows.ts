/** Ages are kept current in the browser; that they grew is no change. */
export function ageless(html: string): string {
  return html.replace(/(<time class="ago"[^>]*>)[^<]*/g, '$1');
}

/** A cell of a row: the class that names it and its whole markup. */
const CELL = /<(td|th)\b[^>]*\bclass="(c-[a-z]+)[^"]*"[^>]*>(.*?)<\/\1>/gs;

interface Cut {
  /** The row with its cells' contents taken out; two rows of the same frame differ in contents alone. */
  readonly frame: string;
  readonly cells: ReadonlyMap<string, string>;
}

function cut(row: string): Cut {
  const cells = new Map<string, string>();
  const frame = row.replace(CELL, (whole, _tag, name: string, content: string) => {
    cells.set(name, content);
    return whole.slice(0, whole.length - content.length);
  });
  return { frame, cells };
}

/**
 * What brings a shown row up to date in the fewest bytes: partials for the cells whose contents changed, or null when
 * more than contents changed (or most of them did) and the whole row is the better message.
 */
export function cellChanges(id: string, row: string, after: string): string | null {
  const [old, now] = [cut(row), cut(after)];
  if (old.frame !== now.frame) return null;
  let changes = '';
  for (const [name, content] of now.cells) {
    const before = old.cells.get(name);
    if (before === content || ageless(before ?? '') === ageless(content)) continue;
    // Its contents are replaced where no swap is named.
    changes += `<hx-partial hx-target="#bot-${id} .${name}">${content}</hx-partial>`;
  }
  return changes.length < after.length ? changes : null;
}
