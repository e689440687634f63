/** Does the work for each, so many at the same time; the answers are in the order of the questions. */
export async function atOnce<One, Answer>(
  width: number,
  all: readonly One[],
  work: (one: One) => Promise<Answer> | Answer,
): Promise<Answer[]> {
  const answers = new Array<Answer>(all.length);
  const entries = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of entries) answers[index] = await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, worker));
  return answers;
}
