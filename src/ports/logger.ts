/**
 * Where the service says what it does, for the people who run it. One JSON line per call. Implemented by src/logging with
 * pino; adapters see only this.
 *
 * Fields come first, then a fixed sentence: `logger.warn({ device: 'host42', error }, 'the device did not answer')`. Values
 * under keys that speak of passwords, tokens, secrets, authorization or cookies are masked at any depth, but nothing that is
 * known to be secret should be handed over in the first place.
 */
export interface Logger {
  /** Details for somebody who looks for a fault. */
  debug(fields: LogFields, message: string): void;
  /** Something that happens in normal work. */
  info(fields: LogFields, message: string): void;
  /** Something that went wrong and was dealt with. */
  warn(fields: LogFields, message: string): void;
  /** Something that somebody should look at. */
  error(fields: LogFields, message: string): void;
}

/** Named facts of one line. An `Error` may stand under any name; by custom it is `error`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Levels from the least to the most urgent. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];
