import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Outcome } from '../ports/runs/run-store.ts';

const collectMs = 100;
/** The statement joins a batch's rows among each other, so its cost grows faster than the batch. */
const mostAtOnce = 1_000;
const longestRetryMs = 10_000;

/** Collects outcomes and writes them in batches. A store that fails is tried again and again: what a device did is known only here. */
export interface OutcomeBuffer {
  add(outcome: Outcome): void;
  /** Resolves when everything added so far is written. Rejects only after `giveUp`, when the last try failed too. */
  written(): Promise<void>;
}

/** Makes a buffer over `write`, which must be safe to repeat. `onWritten` is told after each batch. */
export function createOutcomeBuffer(deps: {
  readonly write: (outcomes: readonly Outcome[]) => Promise<void>;
  readonly onWritten: () => void;
  /** Once aborted, each batch is tried one last time. */
  readonly giveUp: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}): OutcomeBuffer {
  const { giveUp } = deps;
  let pending: Outcome[] = [];
  let pumping: Promise<void> | null = null;
  let urgent = false;

  async function pump(): Promise<void> {
    let failures = 0;
    while (pending.length > 0) {
      const pauseMs = failures === 0 ? (urgent ? 0 : collectMs) : Math.min(longestRetryMs, collectMs * 2 ** failures);
      if (pauseMs > 0) await deps.clock.sleep(pauseMs, giveUp).catch(() => {});
      const batch = pending.slice(0, mostAtOnce);
      pending = pending.slice(mostAtOnce);
      try {
        await deps.write(batch);
        failures = 0;
        deps.onWritten();
      } catch (error) {
        pending = [...batch, ...pending];
        if (giveUp.aborted) throw error;
        failures += 1;
        deps.logger.error({ error, outcomes: pending.length }, 'outcomes could not be written, trying again');
      }
    }
  }

  const pumped = (): Promise<void> => {
    pumping ??= pump().finally(() => {
      pumping = null;
    });
    return pumping;
  };

  return {
    add(outcome) {
      pending.push(outcome);
      pumped().catch(() => {});
    },
    async written() {
      urgent = true;
      try {
        while (pending.length > 0 || pumping) await pumped();
      } finally {
        urgent = false;
      }
    },
  };
}
