import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../store-contract.ts';
import { newId } from './samples.ts';

interface Seen {
  readonly runId: string;
  readonly signal: AbortSignal;
}

/** Queue. Redelivery after a worker's death needs a second process: see the store's own tests. */
export function queueContract(theStore: TheStore): void {
  describe('queue', () => {
    /** What the one handler of the suite does with a run's job; the default is to finish. */
    const behaviour = new Map<string, (attempt: number) => Promise<void>>();
    const seen: Seen[] = [];
    const watchers = new Set<() => void>();
    let working = false;

    const work = async () => {
      if (working) return;
      working = true;
      await theStore().queue.work('run', 8, async ({ runId }, signal) => {
        seen.push({ runId, signal });
        for (const watcher of watchers) watcher();
        await behaviour.get(runId)?.(attemptsOf(runId));
      });
    };
    const attemptsOf = (runId: string) => seen.filter((each) => each.runId === runId).length;
    /** Resolves when the job has been handed out `count` times. */
    const handedOut = (runId: string, count: number) =>
      new Promise<void>((resolve) => {
        const watcher = () => {
          if (attemptsOf(runId) < count) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      });

    test('hands a job out with its payload, though it was sent before anybody worked', async () => {
      const runId = newId('run');
      await theStore().queue.send('run', { runId });
      await work();
      await handedOut(runId, 1);
      expect(seen.find((each) => each.runId === runId)?.signal.aborted).toBe(false);
    });

    test('with a key there is one unfinished job, and another once it has finished', async () => {
      await work();
      const runId = newId('run');
      const gate = Promise.withResolvers<void>();
      behaviour.set(runId, () => gate.promise);
      await theStore().queue.send('run', { runId }, { key: runId });
      await handedOut(runId, 1);
      await theStore().queue.send('run', { runId }, { key: runId });
      const unrelated = newId('run');
      await theStore().queue.send('run', { runId: unrelated }, { key: unrelated });
      await handedOut(unrelated, 1);
      expect(attemptsOf(runId)).toBe(1);
      behaviour.delete(runId);
      gate.resolve();
      while (attemptsOf(runId) < 2) {
        await theStore().queue.send('run', { runId }, { key: runId });
        await new Promise((resolve) => setImmediate(resolve));
      }
    });

    test('without a key each one counts', async () => {
      await work();
      const runId = newId('run');
      await Promise.all([1, 2, 3].map(() => theStore().queue.send('run', { runId })));
      await handedOut(runId, 3);
    });

    test('a job that failed is tried again', async () => {
      await work();
      const runId = newId('run');
      behaviour.set(runId, async (attempt) => {
        if (attempt === 1) throw new Error('not this time');
      });
      await theStore().queue.send('run', { runId }, { key: runId });
      await handedOut(runId, 2);
    });

    test('a delayed job waits for its time', async () => {
      await work();
      const [soon, late] = [newId('run'), newId('run')];
      await theStore().queue.send('run', { runId: late }, { notBefore: new Date(Date.now() + 3_600_000) });
      const due = Date.now() + 700;
      await theStore().queue.send('run', { runId: soon }, { notBefore: new Date(due) });
      await handedOut(soon, 1);
      expect(Date.now()).toBeGreaterThanOrEqual(due);
      expect(attemptsOf(late)).toBe(0);
    });

    test('runs no more at once than asked for', async () => {
      let [now, most] = [0, 0];
      const done = Promise.withResolvers<void>();
      let left = 12;
      await theStore().queue.work('request-expiry', 3, async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        left -= 1;
        if (left === 0) done.resolve();
      });
      await Promise.all(
        Array.from({ length: 12 }, () => theStore().queue.send('request-expiry', { requestId: newId('req') })),
      );
      await done.promise;
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(3);
    });
  });
}
