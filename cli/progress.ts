/** How far long work has come, for people who look: a bar on stderr, and nothing where that is no terminal. */
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** So much of `all` is done. */
  readonly at: (done: number, all: number) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

/** Work that is done before it would be read shows none. */
const SHOW_AFTER_MS = 400;

/** `what` is counted, such as `klines`. */
export function progressBar(what: string, json: boolean): Progress {
  if (json || !process.stderr.isTTY) return { at: () => undefined, end: () => undefined };
  const began = performance.now();
  let bar: SingleBar | null = null;
  return {
    at: (done, all) => {
      if (bar === null && performance.now() - began < SHOW_AFTER_MS) return;
      bar ??= begin(what, all);
      bar.update(done);
    },
    end: () => bar?.stop(),
  };
}

/** Cursor, line wrapping and signals stay as they are: who ends the program with Ctrl-C gets the terminal back as it was. */
function begin(what: string, all: number): SingleBar {
  const bar = new SingleBar(
    {
      format: `{bar} {percentage} %  {value} of {total} ${what}  {duration_formatted}, {eta_formatted} to go`,
      hideCursor: false,
      linewrap: true,
      gracefulExit: false,
      barsize: 30,
      clearOnComplete: true,
      stream: process.stderr,
      fps: 5,
    },
    Presets.rect,
  );
  bar.start(all, 0);
  return bar;
}
