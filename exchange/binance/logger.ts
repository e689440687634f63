/** What the adapter has to say beside its answers; a pino logger fits. */
export interface AdapterLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const stderrLogger: AdapterLogger = {
  warn: (details, message) => console.error(message, details),
  error: (details, message) => console.error(message, details),
};

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
