import { parse } from 'jsonc-parser';
import { ConfigError, parseConfig, problemLine, type BotConfig } from '../config.js';
import { VENUES } from '../config/schema.js';
import { readConfigFile } from './config-text.js';
import type { BotFolder } from './folder.js';
import type { BotView } from './view.js';

type Written = Partial<Pick<BotView, 'venue' | 'name' | 'key'>>;

export interface ConfigRead {
  /** Null where it cannot be read or has a mistake in it. */
  readonly config: BotConfig | null;
  /** What stands in one with a mistake. */
  readonly written: Written;
  /** Sentences. */
  readonly problems: readonly string[];
}

export async function readConfig({ config: file, id }: BotFolder): Promise<ConfigRead> {
  let text: string;
  try {
    text = await readConfigFile(file);
  } catch (error) {
    const problem = `${file} cannot be read: ${(error as Error).message}`;
    return { config: null, written: {}, problems: [problem] };
  }
  try {
    return { config: parseConfig(text, file, { id }), written: {}, problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, written: writtenIn(text), problems: error.problems.map(problemLine) };
  }
}

/** What its bot is called and where it trades, as far as that is said without a mistake. */
function writtenIn(text: string): Written {
  const found: unknown = parse(text);
  const { venue, name, key } = (typeof found === 'object' ? (found ?? {}) : {}) as Record<string, unknown>;
  const known = venue === undefined ? 'paper' : VENUES.find((each) => each === venue);
  return {
    ...(known === undefined ? {} : { venue: known }),
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof key === 'string' && key !== '' ? { key } : {}),
  };
}
