import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRequestActions } from '../../../src/approvals/request-actions.ts';
import { newId } from '../../../src/runtime/new-id.ts';
import { readTrail, storyOf, withStore } from '../site/kept.ts';
import { isEnd, outcomeOf, type Shown } from '../site/person.ts';
import { createSeededRandom } from '../site/seeded-random.ts';
import { createSite, type Site } from '../site/site.ts';

const devices = 100;
const random = createSeededRandom();
let site: Site;
/** End of the run that was killed three times. */
let ended: Shown;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.3.1', '--devices', String(devices), '--sites', 'madrid', '--powered', 'off'],
      ...['--power-delay', '400'],
    ],
    connections: 25,
  });
  await site.start();
}, 60_000);
afterAll(() => site?.close());

const idIn = (state: Shown) => /^req_\w+/.exec(state.view.context ?? '')?.[0] ?? '';
const ask = async (text: string) => (await site.operator.say(text)).until((state) => outcomeOf(state) === 'waiting');
const endOf = (card: Shown) => site.operator.until((state) => state.number === card.number && isEnd(state));
/** Power requests by device. */
const requestsByDevice = async () => Map.groupBy(await site.lab.powerRequests(), (each) => each.device);
/** How often a device was asked for its power state, by device. */
const readsByDevice = async () =>
  new Map(
    (await site.lab.devices()).map(({ name, counters }) => {
      const reads = Object.entries(counters.requests).filter(([what]) => what.includes('AssociatedPowerManagement'));
      return [name, reads.reduce((sum, [, times]) => sum + times, 0)];
    }),
  );

describe(`kill -9 in the middle of a run of a hundred (OOB_E2E_SEED=${random.seed})`, () => {
  let waiting: Shown;

  test('three times over: the run goes on and ends, all are on, on the one card', async () => {
    waiting = await ask('poweroff host100');
    const answers = await site.operator.say('poweron site:madrid');
    const server = await site.postmaster();
    for (const seen of random.ascending(3, 5, 95)) {
      await site.lab.sees(seen);
      await site.kill();
      expect((await site.postmaster())?.pid).toBe(server?.pid);
      await site.start();
      await site.logged('is taken over');
    }
    ended = await answers.end();
    expect(ended.view.title).toMatch(/^Done: 100 on and verified\. /);
    expect(new Set(answers.states().map((state) => state.number)).size).toBe(1);
    expect((await site.lab.devices()).filter(({ powerState }) => powerState === 2)).toHaveLength(devices);
  }, 90_000);

  test('no device was sent a power command without its state having been read since the one before', async () => {
    const requests = await site.lab.powerRequests();
    expect(requests.length).toBeGreaterThanOrEqual(devices);
    expect(requests.filter((each) => each.readsBefore === 0)).toEqual([]);
    expect((await site.lab.devices()).filter(({ boots }) => boots !== 1)).toEqual([]);
  });

  test('the approval that was waiting still waits, and its button works', async () => {
    expect(site.operator.states().filter((state) => state.number === waiting.number && isEnd(state))).toEqual([]);
    await site.approver.press(waiting, 'Approve');
    expect((await endOf(waiting)).view.title).toMatch(/^host100 is off, verified/);
    expect(await site.lab.device('host100')).toMatchObject({ powerState: 8 });
  });

  test('a reset is sent once or not at all; what was cut off is looked at again and called not known', async () => {
    await site.lab.setPower('all', 'on');
    await site.lab.resetCounters();
    const card = await ask('reset site:madrid');
    await site.approver.press(card, 'Approve');
    const [seen = 0] = random.ascending(1, 5, 95);
    await site.lab.sees(seen);
    await site.kill();
    const readsAtKill = await readsByDevice();
    await site.start();
    const end = await endOf(card);
    const lines = (await site.operator.attachment(end)).trimEnd().split('\r\n').slice(1);
    const requests = await requestsByDevice();
    const reads = await readsByDevice();
    const story = lines.map((line) => {
      const [name = '', , status, code] = line.split(',');
      const sent = requests.get(name)?.length ?? 0;
      const isReadAgain = (reads.get(name) ?? 0) > (readsAtKill.get(name) ?? 0);
      return { name, how: `${status} ${code}`, sent, isReadAgain };
    });
    expect(story).toHaveLength(devices);
    expect(story.filter(({ sent }) => sent > 1)).toEqual([]);
    const sure = story.filter(({ how }) => how === 'ok accepted');
    const unsure = story.filter(({ how }) => how === 'unknown interrupted');
    expect(sure.length + unsure.length).toBe(devices);
    expect(sure.filter(({ sent }) => sent !== 1)).toEqual([]);
    expect(unsure.length).toBeGreaterThan(0);
    expect(unsure.filter(({ isReadAgain }) => !isReadAgain)).toEqual([]);
    expect(end.view.title).toContain(
      `Done: ${sure.length} accepted, ${unsure.length} failed (${unsure.length} interrupted).`,
    );
  }, 60_000);
});

describe('SIGTERM in the middle of a run', () => {
  test('it is parked, the card says so, and it goes on after the next start; `oob say` waits that long', async () => {
    await site.lab.setPower('all', 'off');
    await site.lab.resetCounters();
    const terminal = site.sayAtTerminal(site.operator, 'poweron site:madrid');
    await site.lab.sees(30);
    expect(await site.stop()).toBe(0);
    const parked = site.operator.states().at(-1);
    expect(parked?.view.text).toContain('The service is being stopped. What is left goes on when it is back.');
    const sent = (await site.lab.powerRequests()).length;
    expect(sent).toBeLessThan(devices);
    expect(await site.postmaster()).toBeNull();
    await site.start();
    const { code, out } = await terminal;
    expect(out).toMatch(/✔ Done: 100 on and verified\./);
    expect(code).toBe(0);
    const requests = await requestsByDevice();
    expect([...requests.values()].filter((each) => each.length !== 1)).toEqual([]);
  }, 60_000);
});

describe('kill -9 of the private PostgreSQL in the middle of a run', () => {
  test('the service ends by itself, for it can keep nothing; after the next start the run goes on', async () => {
    await site.lab.setPower('all', 'off');
    await site.lab.resetCounters();
    const answers = await site.operator.say('poweron site:madrid');
    await site.lab.sees(40);
    process.kill((await site.postmaster())?.pid ?? 0, 'SIGKILL');
    expect(await site.ended()).toBe(1);
    await site.start();
    expect((await answers.end()).view.title).toMatch(/^Done: 100 on and verified\. /);
    expect((await site.lab.powerRequests()).filter((each) => each.readsBefore === 0)).toEqual([]);
  }, 60_000);
});

describe('a crash between two steps', () => {
  test('approved and not started, started and not queued, kept and not shown or without an alarm: each is completed', async () => {
    const approved = await ask('poweroff host1');
    const started = await ask('poweroff host2');
    const like = await ask('poweroff host3');
    const [unshown, overdue, silent] = [newId('req'), newId('req'), newId('req')];
    await site.kill();
    await withStore(site.directory, async ({ requests, runs, cards }) => {
      const at = new Date();
      const approve = async (card: Shown) => {
        const version = (await requests.get(idIn(card)))?.version ?? 0;
        const votes = [{ principal: 'approver', verdict: 'approve', at }] as const;
        await requests.change(idIn(card), version, { state: 'approved', votes, decidedAt: at }, []);
        return version + 1;
      };
      await approve(approved);
      const requestVersion = await approve(started);
      await runs.start({ id: newId('run'), requestId: idIn(started), requestVersion, startedAt: at }, []);
      const model = await requests.get(idIn(like));
      if (!model) throw new Error('the request is gone');
      const { version: _version, runId: _runId, conversation, ...request } = model;
      const keep = async (id: string, more: { readonly expiresAt?: Date } = {}) => {
        const kept = { ...request, ...more, id, conversation, actions: createRequestActions(newId) };
        await requests.create(kept, await requests.devices(model.id), [], []);
      };
      await keep(unshown);
      await keep(overdue, { expiresAt: at });
      await keep(silent, { expiresAt: new Date(at.getTime() + 3_000) });
      await cards.add({ id: newId('card'), requestId: overdue, conversation });
    });
    await site.start();
    expect((await endOf(approved)).view.title).toMatch(/^host1 is off, verified/);
    expect((await endOf(started)).view.title).toMatch(/^host2 is off, verified/);
    const shown = await site.approver.until((state) => idIn(state) === unshown);
    expect(shown.number).toBeGreaterThan(like.number);
    await site.approver.press(shown, 'Approve');
    expect((await endOf(shown)).view.title).toMatch(/^host3 is off, verified/);
    for (const id of [overdue, silent]) {
      const end = await site.operator.until((state) => idIn(state) === id && isEnd(state));
      expect(end.view.title).toBe('Expired without an approval: hard power-off of host3');
    }
  }, 90_000);
});

describe('the trail of all this', () => {
  test('the trail has one start and one end of each run, and an end for every device that was attempted', async () => {
    await site.stop();
    await withStore(site.directory, async (store) => {
      const trail = await readTrail(store);
      const story = storyOf(trail, idIn(ended));
      for (const once of ['asked by operator', 'run_started by service', 'run_ended by service'])
        expect(story.filter((line) => line === once)).toHaveLength(1);
      const entries = trail.filter((entry) => entry.requestId === idIn(ended));
      const namesIn = (kind: string) =>
        entries
          .filter((entry) => entry.kind === kind)
          .flatMap(({ data }) => JSON.stringify(data).match(/host\d+/g) ?? []);
      expect(namesIn('ended')).toHaveLength(devices);
      expect(new Set(namesIn('attempted'))).toEqual(new Set(namesIn('ended')));
    });
  });
});
