import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ChecklistDesk, createChecklistDesk } from '../../src/checklist/checklist-desk.ts';
import type { ChecklistSettings } from '../../src/checklist/settings.ts';
import { createPeople } from '../../src/identity/people.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { parseCron } from '../../src/schedule/calendar/cron.ts';
import { deviceInput } from '../contract/store/samples.ts';
import { polled } from '../e2e/site/polled.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { itOps, person, policy } from '../support/fixtures.ts';
import { goodContext, networkOf } from './good-site.ts';

const parsed = parseCron('0 5 * * *');
if (!parsed.ok) throw new Error(parsed.problem);
const settings: ChecklistSettings = {
  schedule: { cron: parsed.cron, cronText: '0 5 * * *', timeZone: 'UTC' },
  owners: [{ site: null, person: 'ana', conversation: itOps }],
};
const ana = person('ana', 'operator');

describe('verification at due times', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let store: Store;
  let time = new Date('2026-11-20T06:00:00Z');
  let isRed = false;
  const looks: string[] = [];

  beforeAll(async () => {
    directory = await temporaryDirectory();
    store = await openStore({ dataDirectory: directory.path });
    await store.inventory.importDevices(
      ['madrid', 'lyon'].map((site) => deviceInput(`${site}-1`, { site })),
      () => newId('dev'),
    );
  }, 60_000);
  const desks: ChecklistDesk[] = [];
  afterAll(async () => {
    for (const each of desks) await each.stop();
    await store?.close();
    await directory?.remove();
  });

  const desk = (where: string): ChecklistDesk => {
    const made = createChecklistDesk({
      ...{
        store,
        settings,
        where,
        newId,
        timeZone: 'UTC',
        logger: recordingLogger(),
        configuredSites: ['Madrid', 'paris'],
      },
      policy: () => policy,
      people: () => createPeople([ana, person('visitor')]),
      clock: { now: () => time, sleep: async () => {} },
      async contextOf(site) {
        looks.push(`${site} ${time.toISOString()}`);
        const clock = networkOf({ check: 'clock', status: 'fail', reason: 'clock_off', mend: 'Set it.' });
        const newestBackup = async () => ({ file: 'oob.dump', at: time });
        return { ...goodContext(isRed ? { network: async () => clock } : {}), site, now: time, newestBackup };
      },
      onCard: () => {},
      onPosts: () => {},
    });
    desks.push(made);
    return made;
  };
  const sites = ['lyon', 'madrid', 'paris'];
  const verifiedSince = (since: Date) =>
    polled('all sites verified', async () => {
      const times = await Promise.all(sites.map((site) => store.checklists.verifiedAt(site)));
      return times.every((at) => at !== null && at >= since);
    });

  test('sites of the inventory and of the configuration, each once', async () => {
    expect([...(await desk('a').sites())].sort()).toEqual(sites);
  });

  test('of several replicas one verifies each site at a due time; times missed meanwhile count as one', async () => {
    const first = desk('a');
    await first.start();
    await first.stop();
    expect(looks).toEqual([]);
    // Days of nobody being there.
    time = new Date('2026-11-23T05:00:30Z');
    const replicas = [desk('a'), desk('b'), desk('c')];
    await Promise.all(replicas.map((each) => each.start()));
    await verifiedSince(time);
    // Again, as after a crash between sending and noting.
    await Promise.all(replicas.map((each) => each.stop()));
    const again = desk('d');
    await again.start();
    await again.stop();
    expect([...looks].sort()).toEqual(sites.map((site) => `${site} ${time.toISOString()}`));
    expect((await replicas[0]?.of('madrid'))?.counts).toMatchObject({ proved: 18, failing: 0 });
  }, 60_000);

  test('a step that turned red is posted about once, with its owner called', async () => {
    isRed = true;
    for (const day of ['24', '25']) {
      time = new Date(`2026-11-${day}T05:00:30Z`);
      const next = desk('a');
      await next.start();
      await verifiedSince(time);
      await next.stop();
    }
    const posts = await polled('a post', async () => {
      const taken = await store.posts.take(time, 1, 20);
      return taken.length > 0 ? taken : null;
    });
    expect(posts).toHaveLength(1);
    expect(await store.posts.open()).toBe(sites.length);
    expect(posts[0]).toMatchObject({
      subject: expect.stringMatching(/^checklist (lyon|madrid|paris) oob\.sp$/),
      conversation: itOps,
      view: {
        title: expect.stringMatching(/: step 5 \(service point\) fails now$/),
        calls: [{ name: 'Ana', user: 'ana' }],
        context: expect.stringContaining('/oob fix 5'),
      },
    });
    const list = await desk('a').of('madrid');
    expect(list.changes.map(({ number, state }) => [number, state.status])).toEqual([]);
    expect(list.counts).toMatchObject({ proved: 17, failing: 1 });
    const trail = await store.trail.read(0, 1_000);
    expect(trail.filter(({ kind }) => kind === 'step_turned_red')).toHaveLength(sites.length);
  }, 60_000);

  test('asked for in chat: a card that is restated when it is done; without the right it is refused', async () => {
    const own = desk('a');
    await own.start();
    expect(await own.verify('madrid', null, { principal: person('visitor'), conversation: itOps })).toMatchObject({
      ok: false,
      code: 'not_allowed',
    });
    isRed = false;
    time = new Date('2026-11-25T10:00:00Z');
    expect(await own.verify('madrid', null, { principal: ana, conversation: itOps })).toEqual({ ok: true });
    await polled('verified', async () =>
      (await store.checklists.verifiedAt('madrid'))?.getTime() === time.getTime() ? true : null,
    );
    const done = await polled('the card', async () => {
      const cards = await store.cards.takeStale(new Date(), new Date(), 1, 20);
      return cards.find(({ view }) => view?.title === 'Checklist madrid: 18 of 18 proved') ?? null;
    });
    expect(done.view?.actions?.map(({ label }) => label)).toEqual(['Verify']);
    expect(done.view?.text).toContain('step 5 (service point) proved (was: fails)');
    await own.stop();
  }, 60_000);
});
