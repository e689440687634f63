/** Answers in the order of the questions, however many are asked at once: the outcome does not depend on who is quicker. */

/** So many questions for each that is answered at a time: a slow one does not stop the others, and memory stays bounded. */
const AHEAD = 8;

export async function inOrder<Question, Answer>(
  questions: Iterable<Question>,
  lanes: number,
  ask: (question: Question) => Promise<Answer>,
  take: (question: Question, answer: Answer) => void,
): Promise<void> {
  const asked: { question: Question; answer: Promise<Answer> }[] = [];
  const takeFirst = async (): Promise<void> => {
    const first = asked.shift();
    if (first !== undefined) take(first.question, await first.answer);
  };
  for (const question of questions) {
    const answer = ask(question);
    // Failures are told when its turn comes.
    answer.catch(() => undefined);
    asked.push({ question, answer });
    if (asked.length >= lanes * AHEAD) await takeFirst();
  }
  while (asked.length > 0) await takeFirst();
}
