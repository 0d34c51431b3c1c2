import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Store } from '../../../src/ports/store/store.ts';
import { startSystemPostgres } from '../../store/system-postgres.ts';
import { readTrail, withStore } from '../site/kept.ts';
import { isEnd, outcomeOf, type Shown } from '../site/person.ts';
import { createReplica, type Replica } from '../site/replica.ts';
import { createSeededRandom } from '../site/seeded-random.ts';
import { createSite, type Site } from '../site/site.ts';

const devices = 200;
/** Kills in all: few as a matter of course; OOB_CRASH_ROUNDS=50 takes some minutes. */
const kills = Number(process.env.OOB_CRASH_ROUNDS ?? 8);
/** Longest time from a start, or a click, to the kill; a run that nobody disturbs takes about four seconds. */
const longestMs = 2_500;
const random = createSeededRandom();
/** With OOB_TEST_REPLICAS=2 a second service works on the same database, and nobody kills that one. */
const server = process.env.OOB_TEST_REPLICAS === '2' ? await startSystemPostgres() : null;
let site: Site;
let second: Replica | null = null;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...[
        '--first-address',
        server ? '127.24.90.1' : '127.24.12.1',
        '--devices',
        String(devices),
        '--sites',
        'madrid,lyon',
        '--powered',
        'on',
      ],
      ...['--power-delay', '200', '--latency', '30'],
    ],
    connections: 12,
    ...(server ? { databaseUrl: server.url } : {}),
  });
  await site.start();
  if (!server) return;
  second = await createReplica(site);
  await second.start();
}, 60_000);
afterAll(async () => {
  await second?.kill();
  await site?.close();
  await server?.stop();
});

// Notices are about a request too; what they say never changes.
const idIn = (state: Shown) => /^req_\w+/.exec(state.view.context ?? '')?.[0] ?? '';
/** The last state of each message about a request. */
const lastStates = (requestId: string) => {
  const about = site.operator.states().filter((state) => idIn(state) === requestId && !state.private);
  return [...new Map(about.map((state) => [state.number, state])).values()];
};
const isOver = (requestId: string) => lastStates(requestId).some((state) => state.thread === null && isEnd(state));

/** A reset of all, asked for and waiting, with every counter at zero. */
async function askAnew(): Promise<Shown> {
  await site.lab.setPower('all', 'on');
  await site.lab.resetCounters();
  return (await site.operator.say('reset all --reason "patch day"')).until((state) => outcomeOf(state) === 'waiting');
}

/** Presses Approve, as somebody does who sees the button; a click that the crash swallowed is pressed again later. */
const approve = (card: Shown) => site.approver.press(card, 'Approve').catch(() => null);

/** Kills the service at a random moment, sometimes while it still starts, and starts it again. */
async function crash(): Promise<void> {
  await pause(random.below(longestMs));
  await site.kill();
  if (random.below(5) === 0) {
    const starting = site.start().catch(() => {});
    await pause(random.below(1_500));
    await site.kill();
    await starting;
  }
  await site.start();
}

interface Line {
  readonly name: string;
  readonly how: string;
  readonly power: string;
  readonly sent: number;
}

/** What became of each device: what the service says, and how many resets the device has seen. */
async function storyOf(card: Shown): Promise<readonly Line[]> {
  const end = await site.operator.until((state) => state.number === card.number && isEnd(state));
  const sent = Map.groupBy(await site.lab.powerRequests(), (each) => each.device);
  const lines = (await site.operator.attachment(end)).trimEnd().split('\r\n').slice(1);
  return lines.map((line) => {
    const [name = '', , status, code, power = ''] = line.split(',');
    return { name, how: `${status} ${code}`, power, sent: sent.get(name)?.length ?? 0 };
  });
}

/** Everything that has to be true of a run that is over, however often the service died in it. Gives the number of unknown ones. */
async function check(card: Shown): Promise<number> {
  const story = await storyOf(card);
  expect(new Set(story.map(({ name }) => name)).size).toBe(devices);
  expect(story.filter(({ sent }) => sent > 1)).toEqual([]);
  const sure = story.filter(({ how }) => how === 'ok accepted');
  const unsure = story.filter(({ how }) => how === 'unknown interrupted');
  expect(story.filter((line) => !sure.includes(line) && !unsure.includes(line))).toEqual([]);
  expect(sure.filter(({ sent }) => sent !== 1)).toEqual([]);
  // The outcome of a cut-off reset is the look that was taken afterwards.
  expect(unsure.filter(({ power }) => power !== '2')).toEqual([]);

  const requestId = idIn(card);
  // What a service that died was about to post, the other one posts when the lease on it has run out.
  const messages = unsure.length > 0 ? 2 : 1;
  await site.operator.until(() => {
    const states = lastStates(requestId);
    return states.length >= messages && states.every(isEnd);
  });
  const [main, thread, ...others] = lastStates(requestId).toSorted((a, b) => (a.thread ?? 0) - (b.thread ?? 0));
  expect(others).toEqual([]);
  const counts = unsure.length > 0 ? `, ${unsure.length} failed (${unsure.length} interrupted)` : '';
  expect(main?.view.title.startsWith(`Done: ${sure.length} accepted${counts}. `)).toBe(true);
  if (unsure.length === 0) expect(thread).toBeUndefined();
  else {
    const pcs = unsure.length === 1 ? '1 PC' : `${unsure.length} PCs`;
    expect(thread).toMatchObject({ thread: card.number, view: { title: `${pcs} did not reset` } });
  }
  return unsure.length;
}

describe(`kill -9 at ${kills} random moments of resets of two hundred (OOB_CRASH_ROUNDS, OOB_E2E_SEED=${random.seed})`, () => {
  test(
    'each is reset once, or unknown with its state read again; none twice; every message ends in the right state',
    async () => {
      let runs = 1;
      let unknown = 0;
      let card = await askAnew();
      for (let kill = 0; kill < kills; kill += 1) {
        const clicked = approve(card);
        await crash();
        await clicked;
        if (!isOver(idIn(card))) continue;
        unknown += await check(card);
        card = await askAnew();
        runs += 1;
      }
      await approve(card);
      unknown += await check(card);
      process.stderr.write(`${kills} kills in ${runs} runs of ${devices}: ${unknown} unknown\n`);
    },
    60_000 + kills * 20_000,
  );

  test('nothing is held, nothing is left half done, and the trail is whole', async () => {
    await site.stop();
    await second?.stop();
    const isWhole = async (store: Store) => {
      expect((await store.runs.held(10)).total).toBe(0);
      expect(await store.runs.unfinished()).toEqual([]);
      const trail = await readTrail(store);
      const started = trail.filter(({ kind }) => kind === 'run_started').map(({ requestId }) => requestId);
      expect(new Set(started).size).toBe(started.length);
      expect(trail.filter(({ kind }) => kind === 'run_ended').map(({ requestId }) => requestId)).toEqual(started);
      expect(trail.filter(({ kind }) => kind === 'run_paused')).toEqual([]);
    };
    await withStore(site.directory, isWhole, server ? { databaseUrl: server.url } : {});
  });
});
