/** Ctrl-C while work is under way that must end well: threads are ended, files are closed, then the program ends. */
export interface Interruptible {
  /** What the work answers; null when the user ended it first. */
  orEnd<Value>(work: Promise<Value>): Promise<Value | null>;
  close(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function interruptible(): Interruptible {
  let end: () => void = () => undefined;
  const ended = new Promise<null>((resolve) => (end = () => resolve(null)));
  for (const signal of SIGNALS) process.on(signal, end);
  return {
    orEnd: (work) => {
      // What comes after the end is nobody's concern.
      work.catch(() => undefined);
      return Promise.race([work, ended]);
    },
    close: () => {
      for (const signal of SIGNALS) process.removeListener(signal, end);
    },
  };
}
