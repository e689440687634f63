/** The known word that a misspelt one most likely means; null if none is near. */
export function suggestion(word: string, known: readonly string[]): string | null {
  const wanted = normal(word);
  if (wanted === '') return null;
  const near = known
    .map((candidate) => ({ candidate, distance: distance(wanted, normal(candidate)) }))
    .filter(({ candidate, distance }) => distance <= slips(normal(candidate)))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near !== undefined) return near.candidate;
  const longer = known.filter((candidate) => wanted.length >= 3 && normal(candidate).startsWith(wanted));
  return longer.length > 0
    ? longer[0]!
    : (known.find((candidate) => wanted.length >= 4 && normal(candidate).includes(wanted)) ?? null);
}

/** `; did you mean "x"?` or, where nothing is near, `; known: a, b`. */
export function hint(word: string, known: readonly string[]): string {
  const meant = suggestion(word, known);
  return meant === null ? `; known: ${known.join(', ')}` : `; did you mean ${JSON.stringify(meant)}?`;
}

/** How many slips a word of this length bears; in a very short one a single letter is the meaning. */
const slips = ({ length }: string): number => (length <= 3 ? 0 : Math.max(1, Math.floor(length / 4)));

const normal = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Levenshtein's edit distance, in which two neighbours that changed places are one slip (optimal string alignment). */
function distance(a: string, b: string): number {
  // A word too long to be meant is not worth the table.
  if (Math.abs(a.length - b.length) > 10) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  let before = row;
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          next[j - 1]! + 1,
          row[j]! + 1,
          row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
          swapped ? before[j - 2]! + 1 : Infinity,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
