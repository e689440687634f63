import { ID_RULE, type ConfigError } from '../../bot/config.js';

/** Every mistake a user can make with the fleet, declared once: its code is stable, its sentence names the way out. */
const FLEET_ERRORS = {
  BOT_NOT_FOUND: 404,
  BOT_EXISTS: 409,
  BOT_ID_INVALID: 422,
  CONFIG_INVALID: 422,
  CONFIG_CHANGED: 409,
  BOT_BUDGET_TOO_SMALL: 422,
  BUDGET_UNCOVERED: 422,
  FOLLOWER_EXISTS: 409,
  CAP_REACHED: 422,
  NO_RESERVATION: 404,
  RESERVATION_IN_USE: 409,
  RESERVATIONS_UNREADABLE: 409,
  PLAN_UNFIT: 422,
  SYMBOL_UNKNOWN: 422,
  INTERVAL_UNKNOWN: 422,
  KEY_REFUSED: 422,
  KEY_NOT_FOUND: 404,
  KEY_IN_USE: 409,
  KEYS_LOCKED: 409,
  KEYS_UNSAFE: 503,
  KEYS_AGENT_FAILED: 502,
  VENUE_UNREACHED: 502,
  LIVE_ONLY: 409,
  PREFLIGHT_FAILED: 409,
  REAL_MONEY: 409,
  PASSWORD_REQUIRED: 403,
  BOT_HOLDS_POSITION: 409,
  APPLIES_TO_MISSING: 422,
  CONFIRMATION_NEEDED: 409,
  NO_DIFFERENCE: 409,
  COMMAND_WAITS: 409,
  COMMAND_REFUSED: 409,
  BOT_START_FAILED: 502,
  NOT_STARTED: 409,
  BOT_REFUSED: 409,
  BOT_STOP_FAILED: 502,
  NAME_TAKEN: 409,
  PAPER_START_FAILED: 502,
  PAPER_OPTIONS_INVALID: 422,
  NOT_BUILT: 500,
  SUPERVISOR_FAILED: 502,
  DATA_IN_USE: 409,
  PORT_TAKEN: 409,
  USER_NOT_FOUND: 404,
  USER_EXISTS: 409,
  USER_NAME_INVALID: 422,
  PASSWORD_REFUSED: 422,
  LAST_ADMIN: 409,
  FIRST_NO_ADMIN: 409,
  CODES_ON: 409,
  CODES_NOT_BEGUN: 409,
  CODE_WRONG: 422,
  TOKENS_EXHAUSTED: 409,
  OWNER_REFUSED: 403,
  TEMPLATE_NOT_FOUND: 404,
  TEMPLATE_NAME: 422,
  FILE_DAMAGED: 503,
  BUSY: 503,
  USAGE: 422,
} as const;

export type FleetErrorCode = keyof typeof FLEET_ERRORS;

/** A bot was made, and its start failed: what is said is both. What is no mistake of a user's is passed on as it is. */
export function notStarted(id: string, error: unknown): unknown {
  if (!(error instanceof FlotillaError)) return error;
  const { message, field } = error;
  const text = `Made ${id}, but not started: ${message}`;
  return new FlotillaError('NOT_STARTED', text, { cause: error, ...(field === undefined ? {} : { field }) });
}

/** A user's mistake or a failed operation, as a sentence with a stable code. */
export class FlotillaError extends Error {
  readonly code: FleetErrorCode;
  readonly httpStatus: number;
  /** The config's key that is at fault, e.g. `budget` or `signal.rsiPeriod`. */
  readonly field: string | undefined;
  /** Each mistake by itself, where several were found at once. */
  readonly mistakes: readonly FlotillaError[];

  constructor(
    code: FleetErrorCode,
    message: string,
    details: { field?: string; cause?: unknown; mistakes?: readonly FlotillaError[] } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'FlotillaError';
    this.code = code;
    this.httpStatus = FLEET_ERRORS[code];
    this.field = details.field;
    this.mistakes = details.mistakes ?? [this];
  }

  /** Whether the input was at fault (exit code 2) and not the world (exit code 1). */
  get isInput(): boolean {
    const { httpStatus, code } = this;
    return httpStatus === 422 || httpStatus === 404 || code === 'BOT_EXISTS' || code === 'USER_EXISTS';
  }
}

/** What may be no bot's id. */
export function idInvalid(id: unknown): FlotillaError {
  const text = `The id ${JSON.stringify(id) ?? 'of the bot'} ${ID_RULE}.`;
  return new FlotillaError('BOT_ID_INVALID', text, { field: 'id' });
}

/** A config's problems as one coded error; the first one's place is the field. */
export function configInvalid(error: ConfigError): FlotillaError {
  const field = error.problems[0]?.path;
  return new FlotillaError('CONFIG_INVALID', error.message, { cause: error, ...(field ? { field } : {}) });
}

/** All that was found in one round: code and field are the first one's, its text has a line or more for each. */
export function together(first: FlotillaError, ...more: readonly FlotillaError[]): FlotillaError {
  if (more.length === 0) return first;
  const mistakes = [first, ...more];
  const text = mistakes.map(({ message }) => message).join('\n');
  const { code, field, cause } = first;
  return new FlotillaError(code, text, { mistakes, cause, ...(field === undefined ? {} : { field }) });
}
