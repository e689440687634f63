/** A value as a sentence may show it: short, on one line, and without characters that disguise themselves. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = plain(JSON.stringify(value) ?? 'nothing');
  return text.length > 80 ? `${text.slice(0, 76)}…"` : text;
}

/** Printable ASCII stays, every other character becomes its number: `U+0412`. */
export function plain(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/gu,
    (char) => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
