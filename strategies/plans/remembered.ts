/** The same function, worked out once for each thing it is asked about: for what is asked often and never changed. */
export function remembered<Thing extends object, Answer>(
  work: (thing: Thing) => Answer,
): (thing: Thing) => Answer {
  const known = new WeakMap<Thing, Answer>();
  return (thing) => {
    const before = known.get(thing);
    if (before !== undefined) return before;
    const answer = work(thing);
    known.set(thing, answer);
    return answer;
  };
}

/** The same function, worked out anew only where it is asked about something else than the last time. */
export function lastOf<Thing, Answer>(work: (thing: Thing) => Answer): (thing: Thing) => Answer {
  let last: { readonly thing: Thing; readonly answer: Answer } | null = null;
  return (thing) => {
    if (last?.thing !== thing) last = { thing, answer: work(thing) };
    return last.answer;
  };
}
