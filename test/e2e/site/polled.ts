import { setTimeout as pause } from 'node:timers/promises';

const betweenMs = 15;
const patienceMs = 30_000;

/** Asks until there is an answer, and resolves to it; for what tells nobody when it changes. Rejects with `what` when it never comes. */
export async function polled<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > until) throw new Error(`in vain: ${what}`);
    await pause(betweenMs);
  }
}
