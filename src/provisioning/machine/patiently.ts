import { AmtError, type AmtErrorCode } from '../../ports/amt.ts';
import type { Clock } from '../../ports/clock.ts';

/** For what, and how long, is waited. */
export interface Patience {
  /** Whether a conversation that failed like this is worth another one. */
  readonly passes: (error: AmtError) => boolean;
  /** Conversations in all. */
  readonly tries: number;
  /** Between two of them. */
  readonly pauseMs: number;
}

const codesOfRestart = new Set<AmtErrorCode>(['connection_refused', 'unreachable', 'no_answer', 'connection_dropped']);

/** For a PC that restarts its network, as it does with a commit. */
export const whileRestarting: Patience = { passes: ({ code }) => codesOfRestart.has(code), tries: 6, pauseMs: 2_000 };

/** Converses until it does not fail with what passes by itself. Rejects as the last conversation did, or when `signal` ends a pause. */
export async function patiently<T>(
  converse: () => Promise<T>,
  { passes, tries, pauseMs }: Patience,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await converse();
    } catch (error) {
      if (!(error instanceof AmtError) || !passes(error) || attempt === tries) throw error;
    }
    await clock.sleep(pauseMs, signal);
  }
}
