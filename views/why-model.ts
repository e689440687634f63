/** Why a bot does not do what its owner might expect: one thing found, as data and as a sentence. */

/** act: it waits for its user; held: something keeps it from acting; calm: it waits as it should. */
export type Weight = 'act' | 'held' | 'calm';

/** A figure that decides, named: `loss today 5.2 %`. */
export interface Figure {
  readonly name: string;
  readonly value: string;
}

export interface Finding {
  /** What it is, for programs: `diverged`, `paused`, `daily-loss`, `signal`. */
  readonly code: string;
  readonly weight: Weight;
  /** Wall time (ms); null where the bot's files do not tell. */
  readonly since: number | null;
  /** In words, with the way out. */
  readonly sentence: string;
  /** The figures that decide it. */
  readonly numbers: readonly Figure[];
  /** Where that is decided: a page of ours, mostly the setting's field on the bot's page. */
  readonly link: Link | null;
}

export interface Link {
  readonly href: string;
  /** What stands there: `Daily loss limit`. */
  readonly text: string;
}

export interface SeenFinding extends Omit<Finding, 'since'> {
  /** Wall time (ms); null where nothing tells. */
  readonly since: number | null;
  /** It may be so for longer. */
  readonly atLeast: boolean;
}

/** One bot, and why it does not do what might be expected of it. */
export interface WhyBot {
  readonly id: string;
  readonly name: string;
  readonly venue: string;
  readonly symbol: string;
  /** Of the gravest finding. */
  readonly weight: Weight;
  /** The gravest first; never empty. */
  readonly findings: readonly SeenFinding[];
}
