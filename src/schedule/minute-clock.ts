import cron from 'node-cron';
import type { Logger } from '../ports/logger.ts';

/** Beats that begin later than this after their minute are left to the next one. */
const latestMs = 59_000;

/**
 * Calls `beat` at the start of each minute until the returned function is called. One beat for all schedules: due times fall on full
 * minutes in every zone there is, and who finds them by looking back from the beat needs no timer per schedule to be kept in step.
 */
export function startMinuteClock(beat: () => Promise<void>, logger: Logger): () => Promise<void> {
  const say = (level: 'debug' | 'warn' | 'error') => (message: string | Error) =>
    logger[level]({ error: message instanceof Error ? message : undefined }, `clock of schedules: ${String(message)}`);
  const task = cron.schedule('* * * * *', beat, {
    missedExecutionTolerance: latestMs,
    suppressMissedWarning: true,
    logger: { info: say('debug'), debug: say('debug'), warn: say('warn'), error: say('error') },
  });
  return async () => {
    await task.destroy();
  };
}
