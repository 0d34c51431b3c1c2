import { type DestinationStream, pino } from 'pino';
import type { LogFields, Logger, LogLevel } from '../ports/logger.ts';
import { redactFields, redactText } from './redact.ts';

export type { Logger } from '../ports/logger.ts';

/** What a logger needs to know. */
export interface LoggerOptions {
  /** Lines below this level are not written. */
  readonly level: LogLevel;
  /** Where the lines go; standard output by default. Written at once, so that the last line before a crash is there. */
  readonly destination?: DestinationStream;
  /** Fields on every line, such as the worker's id. */
  readonly base?: LogFields;
}

/** Names that pino writes itself; a field of the same name would make a line with the key twice. */
const reserved = new Set(['time', 'level', 'message']);

/** A logger that writes one JSON line per call: `time` (ISO 8601, UTC), `level`, the fields, `message`; secrets masked. */
export function createLogger({ level, destination, base = {} }: LoggerOptions): Logger {
  const target = pino(
    {
      level,
      base: redactFields(base),
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  const at = (name: LogLevel) => (fields: LogFields, message: string) => {
    if (target.isLevelEnabled(name)) target[name](ownNames(redactFields(fields)), redactText(message));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function ownNames(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [reserved.has(key) ? `_${key}` : key, value]));
}
