import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestSections } from '../../src/digest/sections/index.ts';
import type { Window } from '../../src/ports/digests/digest-store.ts';
import type { TargetDevice } from '../../src/ports/store/inventory-store.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { deviceInput, fleet, newId, outcome, startedRun } from '../contract/store/samples.ts';
import { openStore, temporaryDirectory } from '../store/testing.ts';

const dayMs = 24 * 60 * 60_000;
const at = new Date('2026-11-23T08:00:00Z');
const daysAgo = (days: number) => new Date(at.getTime() - days * dayMs);

const sections = digestSections({ afterDays: 28, sources: [] });

describe('what digests count, in the real store', () => {
  let store: Store;
  let cleanUp: () => Promise<void>;
  beforeAll(async () => {
    const directory = await temporaryDirectory();
    store = await openStore({ dataDirectory: directory.path });
    cleanUp = async () => {
      await store.close();
      await directory.remove();
    };
  });
  afterAll(() => cleanUp());

  /** A window around now, for runs are started by the samples at a time of their own. */
  const windowOf = (sites: readonly string[] | null): Window => ({
    since: new Date('2026-01-01T00:00:00Z'),
    until: new Date('2026-12-31T00:00:00Z'),
    sites,
  });
  const wake = async (devices: readonly TargetDevice[], codes: readonly string[]) => {
    const run = await startedRun(store, devices);
    const site = devices[0]?.site ?? '';
    await store.runs.claim(run, newId('worker'), [{ site, room: 100_000 }], true, at);
    const ended = devices.slice(0, codes.length).map((device, index) => {
      const code = codes[index] ?? 'done';
      return outcome(device.id, { status: code === 'done' ? 'ok' : 'failed', code });
    });
    // As the service does: not all at once.
    for (let start = 0; start < ended.length; start += 500)
      await store.runs.record(run, ended.slice(start, start + 500), at);
    return run;
  };

  test('an empty inventory has nothing to tell, and every part says so', async () => {
    const scope = {
      since: daysAgo(1),
      until: at,
      sites: [newId('nowhere')],
      timeZone: 'UTC',
      nameOf: (id: string) => id,
    };
    for (const section of sections) {
      const told = await section.tell(store, scope);
      expect([section.name, told.isAlarm, told.details]).toEqual([section.name, false, null]);
    }
  });

  test('wake-ups: on, not on and why, under way, by site, who did not come on; other sites do not count', async () => {
    const devices = await fleet(store, 5);
    const site = devices[0]?.site ?? '';
    await wake(devices, ['done', 'unreachable', 'dark', 'unreachable']);
    await wake(await fleet(store, 3), ['done', 'done', 'done']);
    const { facts } = store.digests;
    const window = windowOf([site.toUpperCase()]);
    const runs = await facts.wakeUpRuns(window, 10);
    expect(runs).toMatchObject({
      total: 1,
      items: [{ total: 5, on: 1, pending: 1, byCode: { unreachable: 2, dark: 1 }, requester: 'person_operator' }],
    });
    expect(await facts.wakeUpsBySite(window)).toEqual([{ of: site, on: 1, notOn: 3 }]);
    expect(await facts.notWoken(window, 2)).toMatchObject({
      total: 3,
      items: [
        { name: devices[1]?.name, code: 'unreachable', site },
        { name: devices[2]?.name, code: 'dark' },
      ],
    });
    expect(await facts.wakeUpsByDay(window, 'Europe/Madrid')).toEqual([
      { of: expect.stringMatching(/^2026-\d\d-\d\d$/), on: 1, notOn: 3 },
    ]);
    const never = { ...window, since: new Date('2020-01-01'), until: new Date('2020-01-02') };
    expect(await facts.wakeUpRuns(never, 10)).toEqual({ items: [], total: 0 });
  });

  test('the fleet by what status reads said, and as it stood before', async () => {
    const devices = await fleet(store, 4);
    const site = devices[0]?.site ?? '';
    const { facts } = store.digests;
    await facts.keepFleet(daysAgo(2));
    const standing = { at, certificateExpiresAt: null, auditLogFullPercent: null };
    const [a, b, c] = devices.map(({ id }) => id);
    await store.standings.keepStatus({
      ...standing,
      deviceId: a ?? '',
      provisioningState: 'post',
      controlMode: 'admin',
    });
    await store.standings.keepStatus({
      ...standing,
      deviceId: b ?? '',
      provisioningState: 'post',
      controlMode: 'client',
    });
    await store.standings.keepStatus({ ...standing, deviceId: c ?? '', provisioningState: 'pre', controlMode: 'none' });
    await wake(devices.slice(0, 1), ['done']);
    const now = (await facts.fleet([site])).map(({ status, power, devices: count }) => [status, power, count]);
    expect(now.sort()).toEqual([
      ['admin', 'on', 1],
      ['client', 'unknown', 1],
      ['not_asked', 'unknown', 1],
      ['not_provisioned', 'unknown', 1],
    ]);
    const then = await facts.fleetAt(daysAgo(1), [site]);
    expect(then).toMatchObject({ takenAt: daysAgo(2), counts: [{ site, status: 'not_asked', devices: 4 }] });
    expect(await facts.fleetAt(daysAgo(3), [site])).toMatchObject({ takenAt: daysAgo(2) });
    // A second look at the same moment does not change what was remembered.
    await facts.keepFleet(daysAgo(2));
    expect((await facts.fleetAt(daysAgo(1), [site]))?.counts).toEqual(then?.counts);
  });

  test('an older status read does not take the place of a newer one', async () => {
    const [device] = await fleet(store, 1);
    if (!device) throw new Error('no device');
    const standing = { deviceId: device.id, provisioningState: 'post', controlMode: 'admin' } as const;
    await store.standings.keepStatus({ ...standing, at, certificateExpiresAt: daysAgo(-5), auditLogFullPercent: 90 });
    await store.standings.keepStatus({
      ...standing,
      at: daysAgo(1),
      certificateExpiresAt: daysAgo(-1),
      auditLogFullPercent: 5,
    });
    const { facts } = store.digests;
    expect((await facts.certificates(daysAgo(-30), [device.site], 5)).items).toEqual([
      { name: device.name, site: device.site, expiresAt: daysAgo(-5) },
    ]);
    expect((await facts.certificates(daysAgo(-3), [device.site], 5)).total).toBe(0);
    expect(await facts.auditLogs(75, [device.site], 5)).toMatchObject({ total: 1, items: [{ percent: 90, at }] });
  });

  test('drift: what is new and what was mended since the last digest, not what merely stays', async () => {
    const devices = await fleet(store, 4);
    const site = devices[0]?.site ?? '';
    const told = (index: number, when: Date, drifts: number) =>
      store.standings.keepDrift({ deviceId: devices[index]?.id ?? '', at: when, drifts });
    for (const [index, drifts] of [0, 3, 2].entries()) await told(index, daysAgo(3), drifts);
    await told(0, daysAgo(0.5), 1);
    await told(1, daysAgo(0.5), 0);
    await told(2, daysAgo(0.5), 2);
    await told(3, daysAgo(0.5), 7);
    const drift = await store.digests.facts.drift({ since: daysAgo(1), until: at, sites: [site] }, 2);
    expect(drift).toMatchObject({ compared: 4, drifting: 3, began: 1, mended: 1 });
    expect(drift.worst.map(({ name, drifts }) => [name, drifts])).toEqual([
      [devices[3]?.name, 7],
      [devices[2]?.name, 2],
    ]);
    const later = await store.digests.facts.drift({ since: at, until: daysAgo(-1), sites: [site] }, 2);
    expect(later).toMatchObject({ drifting: 3, began: 0, mended: 0 });
  });

  test('10,000 PCs: every part in a few statements, and a digest that stays small', async () => {
    const site = newId('site');
    const rows = Array.from({ length: 10_000 }, (_, index) => deviceInput(`${site}-pc${index}`, { site }));
    await store.inventory.importDevices(rows, () => newId('dev'));
    const devices = await store.inventory.select({ kind: 'site', value: site });
    const woken = devices.slice(0, 2_000);
    await wake(
      woken,
      woken.map((_, index) => (index % 50 === 0 ? 'unreachable' : 'done')),
    );
    await Promise.all(
      devices.map(({ id }, index) => store.standings.keepDrift({ deviceId: id, at, drifts: index % 3 })),
    );
    const scope = { ...windowOf([site]), timeZone: 'Europe/Madrid', nameOf: (id: string) => id };
    const views = await Promise.all(sections.map((section) => section.tell(store, scope)));
    const details = JSON.stringify(views.map((view) => view.details));
    expect(details.length).toBeLessThan(20_000);
    const lineOf = (heading: string) => views.find((view) => view.heading === heading)?.headline;
    expect(lineOf('Wake-ups')).toContain('1,960 of 2,000 came on (98 %)');
    expect(lineOf('Fleet')).toContain('10,000 PCs');
    expect(views.flatMap((view) => view.rows).length).toBeLessThan(3_000);
  }, 60_000);
});
