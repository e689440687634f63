import { inspect } from 'node:util';
import { logText } from '../log-text.js';

/** What the adapter has to say beside its answers; a pino logger fits. */
export interface AdapterLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const toStderr = (details: object, message: string): void =>
  console.error(logText(Date.now(), `${message} ${inspect(details)}`));

export const stderrLogger: AdapterLogger = { warn: toStderr, error: toStderr };

/** Runs a user's callback: what it throws is reported, and the stream that called it lives on. */
export function guarded<Argument>(
  logger: AdapterLogger,
  name: string,
  callback: (argument: Argument) => void,
) {
  return (argument: Argument): void => {
    try {
      callback(argument);
    } catch (error) {
      logger.error({ err: error }, `The ${name} handler threw.`);
    }
  };
}
