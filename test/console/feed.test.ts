import { describe, expect, test } from '@jest/globals';
import { createFeed } from '../../adapters/console/feed.ts';
import type { ConsoleMessage } from '../../src/ports/store/invocation-store.ts';
import { quietLogger } from './console-bench.ts';
import { createMemoryLog } from './memory-log.ts';

const input = {
  channel: 'it-ops',
  author: 'oob',
  visibleTo: null,
  thread: null,
  text: 'x',
  view: null,
  at: new Date(),
};

/** A listener that notes the change numbers it is handed. */
function createEar(channel = 'it-ops', after = 0) {
  const heard: number[] = [];
  let wake: () => void = () => {};
  return {
    heard,
    beats: 0,
    listener: {
      channel,
      after,
      onMessage: ({ change }: ConsoleMessage) => {
        heard.push(change);
        wake();
      },
      onBeat: () => wake(),
    },
    until: async (seen: () => boolean) => {
      while (!seen()) {
        await new Promise<void>((next) => {
          wake = next;
        });
      }
    },
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('the feed', () => {
  test('hands over what was before and what comes, once and in order, while both happen at the same time', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000 });
    for (let at = 0; at < 250; at++) await log.append(input);
    const ears = numbers(1, 5).map(() => createEar());
    const listenings = ears.map(({ listener }) => feed.listen(listener));
    // Writes that fall between the pages of the catching up.
    for (let at = 0; at < 50; at++) {
      await log.append(input);
      feed.changed('it-ops');
    }
    await Promise.all(listenings.map(({ caughtUp }) => caughtUp));
    await Promise.all(ears.map((ear) => ear.until(() => ear.heard.at(-1) === 300)));
    for (const ear of ears) expect(ear.heard).toEqual(numbers(1, 300));
    for (const { end } of listenings) end();
  });

  test('an edit comes as the newest state only', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000 });
    const first = await log.append(input);
    await log.append(input);
    await log.replace(first, { again: true }, new Date());
    const ear = createEar('it-ops', 1);
    const { caughtUp, end } = feed.listen(ear.listener);
    await caughtUp;
    expect(ear.heard).toEqual([2, 3]);
    end();
  });

  test('reads once per write, however many listen, and not at all when nothing is written', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000 });
    const ears = numbers(1, 20).map(() => createEar());
    const listenings = ears.map(({ listener }) => feed.listen(listener));
    await Promise.all(listenings.map(({ caughtUp }) => caughtUp));
    const before = log.reads;
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.reads).toBe(before);
    await log.append(input);
    feed.changed('it-ops');
    await Promise.all(ears.map((ear) => ear.until(() => ear.heard.length === 1)));
    expect(log.reads).toBe(before + 1);
    for (const { end } of listenings) end();
  });

  test('another channel is not heard', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000 });
    const here = createEar('it-ops');
    const there = createEar('desk-leads');
    const listenings = [feed.listen(here.listener), feed.listen(there.listener)];
    await log.append({ ...input, channel: 'desk-leads' });
    feed.changed('desk-leads');
    await there.until(() => there.heard.length === 1);
    expect(here.heard).toEqual([]);
    for (const { end } of listenings) end();
  });

  test('a beat picks up what another process wrote', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 5 });
    const ear = createEar();
    const { caughtUp, end } = feed.listen(ear.listener);
    await caughtUp;
    await log.append(input);
    await ear.until(() => ear.heard.length === 1);
    end();
  });

  test('a log that others write to is looked at between the beats', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000, lookMs: 5 });
    const ear = createEar();
    const { caughtUp, end } = feed.listen(ear.listener);
    await caughtUp;
    await log.append(input);
    await ear.until(() => ear.heard.length === 1);
    end();
    const reads = log.reads;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.reads).toBe(reads);
  });

  test('a log that can not be read for a while loses nothing', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 5 });
    const ear = createEar();
    const { caughtUp, end } = feed.listen(ear.listener);
    await caughtUp;
    await log.append(input);
    log.setDown(true);
    feed.changed('it-ops');
    const reads = log.reads;
    await ear.until(() => log.reads > reads + 1);
    log.setDown(false);
    await ear.until(() => ear.heard.length === 1);
    expect(ear.heard).toEqual([1]);
    end();
  });

  test('who comes while the log is down is told', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000 });
    log.setDown(true);
    const { caughtUp, end } = feed.listen(createEar().listener);
    await expect(caughtUp).rejects.toThrow('connection to the database was lost');
    end();
  });

  test('who has left hears nothing more, and a later one starts afresh', async () => {
    const log = createMemoryLog();
    const feed = createFeed({ log, logger: quietLogger, beatMs: 60_000 });
    const gone = createEar();
    const first = feed.listen(gone.listener);
    await first.caughtUp;
    first.end();
    await log.append(input);
    feed.changed('it-ops');
    const later = createEar();
    const second = feed.listen(later.listener);
    await second.caughtUp;
    expect([gone.heard, later.heard]).toEqual([[], [1]]);
    // Ending twice must not end the one that came later.
    first.end();
    await log.append(input);
    feed.changed('it-ops');
    await later.until(() => later.heard.length === 2);
    second.end();
  });
});
