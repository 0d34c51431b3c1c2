import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Store } from '../../../src/ports/store/store.ts';
import { type SystemPostgres, startSystemPostgres } from '../../store/system-postgres.ts';
import { openStore } from '../../store/testing.ts';
import { readTrail, storyOf } from '../site/kept.ts';
import { isEnd, outcomeOf, type Shown } from '../site/person.ts';
import { polled } from '../site/polled.ts';
import { createReplica, type Replica } from '../site/replica.ts';
import { createSite, type Site } from '../site/site.ts';

const devices = 200;
const server: SystemPostgres | null = await startSystemPostgres();

let site: Site;
let second: Replica;
let store: Store;
beforeAll(async () => {
  if (!server) return;
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.11.1', '--devices', String(devices), '--sites', 'madrid,lyon', '--powered', 'on'],
      ...['--power-delay', '300', '--latency', '80'],
    ],
    connections: 6,
    databaseUrl: server.url,
  });
  await site.start();
  second = await createReplica(site);
  await second.start();
  store = await openStore({ databaseUrl: server.url, dataDirectory: site.directory });
}, 60_000);
afterAll(async () => {
  await store?.close();
  await second?.kill();
  await site?.close();
  await server?.stop();
});

const idIn = (state: Shown) => /req_\w+/.exec(state.view.context ?? '')?.[0] ?? '';
const resetsByDevice = async () => Map.groupBy(await site.lab.powerRequests(), (each) => each.device);
/** Devices that each worker attempted in the run of a request. */
const sharesOf = async (requestId: string) => {
  const shares = new Map<string, number>();
  for (const { kind, requestId: of, data } of await readTrail(store)) {
    if (kind !== 'attempted' || of !== requestId) continue;
    const names = Array.isArray(data.devices) ? data.devices : [];
    shares.set(String(data.workerId), (shares.get(String(data.workerId)) ?? 0) + names.length);
  }
  return shares;
};
const ask = async (text: string) => (await site.operator.say(text)).until((state) => outcomeOf(state) === 'waiting');

const describeHere = server ? describe : describe.skip;

describeHere('two services on one PostgreSQL (apt-get install postgresql, or OOB_TEST_DATABASE_URL)', () => {
  test('what one is asked the other shows; approved at both at once, it is started once, and both work on it', async () => {
    const card = await ask('reset all');
    const there = await second.approver.until((state) => idIn(state) === idIn(card));
    const clicks = await Promise.all([
      site.deputy.press(card, 'Approve'),
      second.approver.press({ ...there, number: card.number, change: card.change }, 'Approve'),
    ]);
    const end = await second.operator.until((state) => state.number === card.number && isEnd(state));
    expect(end.view.title).toMatch(/^Done: 200 accepted\. /);
    expect(clicks.flatMap((click) => click.states()).map((state) => state.view.context)).toEqual(['already_decided']);

    const resets = await resetsByDevice();
    expect(resets.size).toBe(devices);
    expect([...resets.values()].filter((each) => each.length !== 1)).toEqual([]);
    const shares = [...(await sharesOf(idIn(card))).values()];
    expect(shares).toHaveLength(2);
    expect(Math.min(...shares)).toBeGreaterThan(devices / 10);
    const story = storyOf(await readTrail(store), idIn(card));
    for (const once of ['asked by operator', 'run_started by service', 'run_ended by service'])
      expect(story.filter((line) => line === once)).toHaveLength(1);
    expect(story.filter((line) => line.startsWith('approved by'))).toHaveLength(1);
  }, 90_000);

  test('there is one card, and it was edited at most once a second by both together', async () => {
    await polled('both consoles', async () => {
      const last = second.operator.states().at(-1)?.change ?? 0;
      return (site.operator.states().at(-1)?.change ?? 0) >= last;
    });
    const shown = site.operator
      .states()
      .filter(({ invocation, thread, private: own }) => invocation !== null && thread === null && !own);
    expect(new Set(shown.map((state) => state.number)).size).toBe(1);
    const pauses = shown.slice(1).map((state, at) => state.atMs - (shown[at]?.atMs ?? 0));
    expect(pauses.length).toBeGreaterThan(3);
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(990);
  });

  test('Pause at one holds both; Resume at the other lets both go on; kill -9 of one: the other finishes', async () => {
    await site.lab.resetCounters();
    const card = await ask('reset all');
    await site.approver.press(card, 'Approve');
    await site.lab.sees(30);
    const seen = await second.operator.until(
      (state) => state.number === card.number && (state.view.actions ?? []).some(({ label }) => label === 'Pause'),
    );
    await second.operator.press(seen, 'Pause');
    const paused = await site.operator.until(
      (state) => state.number === card.number && state.view.title.startsWith('Paused by Olga Operator'),
    );
    await polled('nothing under way', async () => {
      const request = await store.requests.get(idIn(card));
      return (await store.runs.progress(request?.runId ?? '')).running === 0;
    });
    const before = (await site.lab.powerRequests()).length;
    expect(before).toBeLessThan(devices);
    await site.approver.press(paused, 'Resume');
    await site.lab.sees(Math.min(devices - 40, before + 30));
    await second.kill();
    const end = await site.operator.until((state) => state.number === card.number && isEnd(state));
    const lines = (await site.operator.attachment(end)).trimEnd().split('\r\n').slice(1);
    expect(lines).toHaveLength(devices);
    const resets = await resetsByDevice();
    const story = lines.map((line) => {
      const [name = '', , status, code] = line.split(',');
      return { name, how: `${status} ${code}`, sent: resets.get(name)?.length ?? 0 };
    });
    expect(story.filter(({ sent }) => sent > 1)).toEqual([]);
    expect(story.filter(({ how, sent }) => how === 'ok accepted' && sent !== 1)).toEqual([]);
    expect(story.filter(({ how }) => how !== 'ok accepted' && how !== 'unknown interrupted')).toEqual([]);
    expect((await store.runs.held(10)).total).toBe(0);
  }, 90_000);

  test('a yes at one and a no at the other at the same moment: one counts, the other is told, the card says which', async () => {
    await second.start();
    const card = await ask('poweroff host1');
    const clicks = await Promise.all([site.deputy.press(card, 'Deny'), second.approver.press(card, 'Approve')]);
    const end = await site.operator.until((state) => state.number === card.number && isEnd(state));
    const told = () => clicks.flatMap((click) => click.states()).map((state) => state.view.context);
    await polled('the one who came late is told', async () => told().length > 0);
    expect(told()).toEqual(['already_decided']);
    const story = storyOf(await readTrail(store), idIn(card));
    const isDenied = end.view.title === 'Denied by Dora Deputy: hard power-off of host1';
    expect(story.filter((line) => /^(approved|denied) by/.test(line))).toHaveLength(1);
    expect(story.includes('run_started by service')).toBe(!isDenied);
    expect(await site.lab.device('host1')).toMatchObject({ powerState: isDenied ? 2 : 8 });
  });
});
