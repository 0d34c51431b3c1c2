import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../adapters/store/database/connection.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import { type SystemPostgres, startSystemPostgres } from '../../store/system-postgres.ts';
import { openStore, recordingLogger } from '../../store/testing.ts';
import { readTrail, storyOf } from '../site/kept.ts';
import { polled } from '../site/polled.ts';
import { createSeededRandom } from '../site/seeded-random.ts';
import { createSite, type Site } from '../site/site.ts';

const minuteMs = 60_000;
const random = createSeededRandom();
const server: SystemPostgres | null = await startSystemPostgres();

let site: Site;
let store: Store;
let database: Database;
beforeAll(async () => {
  if (!server) return;
  site = await createSite({
    lab: [
      '--first-address',
      '127.24.36.1',
      '--devices',
      '2',
      '--sites',
      'lyon',
      '--powered',
      'on',
      '--power-delay',
      '100',
    ],
    databaseUrl: server.url,
  });
  await site.start();
  store = await openStore({ databaseUrl: server.url, dataDirectory: site.directory });
  database = openDatabase({ connectionString: server.url }, recordingLogger());
  const added = await (
    await site.operator.say('schedule add night "0 3 * * *" status all --tz UTC --missed run-late --late 120')
  ).end();
  expect(added.view.title).toBe('Schedule "night" is set');
}, 90_000);
afterAll(async () => {
  await database?.close();
  await store?.close();
  await site?.close();
  await server?.stop();
});

/** Makes it due once at a minute that has passed, for whoever starts next. */
async function dueOnce(minutesAgo: number): Promise<Date> {
  const dueAt = new Date((Math.floor(Date.now() / minuteMs) - minutesAgo) * minuteMs);
  const schedule = await store.schedules.get('night');
  const terms = {
    cron: `${dueAt.getUTCMinutes()} ${dueAt.getUTCHours()} * * *`,
    sweptUntil: new Date(dueAt.getTime() - minuteMs),
  };
  const changed = await store.schedules.change('night', schedule?.version ?? 0, terms, { notices: [], trail: [] });
  expect(changed).not.toBeNull();
  return dueAt;
}
const tickAt = async (dueAt: Date) =>
  (await store.schedules.latestTicks('night', 100)).find((tick) => tick.dueAt.getTime() === dueAt.getTime());
/** The tick of that time as soon as the service has stored it. */
const storedTick = (dueAt: Date) => polled('a tick or its end', () => tickAt(dueAt));

/** Starts again, and looks at what became of it. */
async function expectOneRequest(dueAt: Date, requestId: string) {
  await site.start();
  await polled('a tick or its end', async () => (await tickAt(dueAt))?.state === 'late');
  await polled('a tick or its end', async () => (await store.requests.get(requestId))?.state === 'done');
  expect(await tickAt(dueAt)).toMatchObject({ state: 'late', requestId });
  const story = storyOf(await readTrail(store), requestId);
  const counts = ['asked', 'run_started', 'tick_asked'].map(
    (kind) => story.filter((each) => each.startsWith(`${kind} `)).length,
  );
  expect(counts).toEqual([1, 1, 1]);
}

const describeHere = server ? describe : describe.skip;

describeHere(`kill -9 between tick and request (OOB_E2E_SEED=${random.seed})`, () => {
  test.each([10, 12])(
    'while the request is being written, due %i minutes ago: exactly one',
    async (minutesAgo) => {
      await site.kill();
      const dueAt = await dueOnce(minutesAgo);
      const requestId = await database.transaction(async (sql) => {
        // Whoever writes a request waits from here on; the tick is stored before that.
        await sql.query('lock table oob.request in exclusive mode');
        const starting = site.start().catch(() => {});
        const tick = await storedTick(dueAt);
        expect(tick.state).toBe('due');
        expect(await store.requests.get(tick.requestId)).toBeNull();
        await site.kill();
        await starting;
        return tick.requestId;
      });
      expect(await store.requests.get(requestId)).toBeNull();
      expect((await tickAt(dueAt))?.state).toBe('due');
      await expectOneRequest(dueAt, requestId);
    },
    60_000,
  );

  test.each(random.ascending(3, 0, 60))(
    '%i ms after the tick, wherever that is: exactly one',
    async (delayMs) => {
      await site.kill();
      const dueAt = await dueOnce(15 + delayMs);
      const starting = site.start().catch(() => {});
      const { requestId } = await storedTick(dueAt);
      // What is between two writes can only be hit by time.
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await site.kill();
      await starting;
      await expectOneRequest(dueAt, requestId);
    },
    60_000,
  );
});
