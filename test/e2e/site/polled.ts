import { setTimeout as pause } from 'node:timers/promises';

const betweenMs = 15;
const patienceMs = 30_000;

/** Asks until the answer is yes; for what tells nobody when it changes. Rejects with `what` when it never does. */
export async function polled(what: string, ask: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + patienceMs;
  while (!(await ask())) {
    if (Date.now() > until) throw new Error(`in vain: ${what}`);
    await pause(betweenMs);
  }
}
