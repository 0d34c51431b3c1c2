import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outcome } from '../ports/run-store.ts';

const flushEveryMs = 100;
const longestRetryMs = 10_000;

/** Collects outcomes and writes them in batches; a failing store is tried again until `close`, so no outcome is lost while it is down. */
export interface OutcomeBuffer {
  add(outcome: Outcome): void;
  /** Writes what is left. Rejects when the store does not take it. */
  close(): Promise<void>;
}

/** Makes a buffer over `write`, which must be safe to repeat. `onWritten` is told after each batch. */
export function createOutcomeBuffer(deps: {
  readonly write: (outcomes: readonly Outcome[]) => Promise<void>;
  readonly onWritten: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}): OutcomeBuffer {
  let pending: Outcome[] = [];
  let pumping: Promise<void> | null = null;
  let closing = false;

  async function pump() {
    let retryMs = flushEveryMs;
    while (pending.length > 0) {
      if (!closing) await deps.clock.sleep(retryMs);
      const batch = pending;
      pending = [];
      try {
        await deps.write(batch);
        retryMs = flushEveryMs;
        deps.onWritten();
      } catch (error) {
        pending = [...batch, ...pending];
        if (closing) throw error;
        retryMs = Math.min(longestRetryMs, retryMs * 2);
        deps.logger.error({ error, outcomes: pending.length, retryMs }, 'outcomes could not be written, trying again');
      }
    }
  }

  return {
    add(outcome) {
      pending.push(outcome);
      pumping ??= pump()
        .catch(() => {})
        .finally(() => {
          pumping = null;
        });
    },
    async close() {
      closing = true;
      await pumping;
      await pump();
    },
  };
}
