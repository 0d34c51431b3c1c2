import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../../store-contract.ts';
import { fleet, idsOf, newId, outcome, startedRun, wholeTrail } from '../samples.ts';

const at = new Date('2026-01-05T10:02:00Z');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);

/** RunStore: claims, locks and what happens to them when a worker dies. */
export function claimContract(theStore: TheStore): void {
  describe('claims', () => {
    const claim = (
      run: string,
      site: string,
      room: number,
      over: { worker?: string; exclusive?: boolean; at?: Date } = {},
    ) =>
      theStore().runs.claim(
        run,
        over.worker ?? newId('worker'),
        [{ site, room }],
        over.exclusive ?? true,
        over.at ?? at,
      );
    const ofSite = async (count: number) => {
      const devices = await fleet(theStore(), count);
      return { devices, site: devices[0]?.site ?? '' };
    };

    test('hands out as many per site as there is room, in the order of the request', async () => {
      const { devices: here, site: madrid } = await ofSite(5);
      const { devices: there, site: lyon } = await ofSite(3);
      const run = await startedRun(theStore(), [...here.toReversed(), ...there]);
      expect((await theStore().runs.stand(run))?.sites.toSorted()).toEqual([madrid, lyon].toSorted());
      const rooms = [
        { site: madrid, room: 2 },
        { site: lyon, room: 10 },
        { site: 'nowhere', room: 3 },
      ];
      const tasks = await theStore().runs.claim(run, 'worker_a', rooms, true, at);
      expect(idsOf(tasks)).toEqual([here[4]?.id, here[3]?.id, ...there.map((device) => device.id)]);
      expect(tasks.every((task) => task.attempt === 1 && !task.interrupted)).toBe(true);
      expect(tasks[0]?.device).toMatchObject({ name: here[4]?.name, tls: 'pinned', credential: 'fleet' });
      expect((await theStore().runs.stand(run))?.sites).toEqual([madrid]);
      expect(await theStore().runs.progress(run)).toMatchObject({ pending: 3, running: 5 });
      expect(await claim(run, madrid, 0)).toEqual([]);
      expect(await theStore().runs.claim(run, 'worker_a', [], true, at)).toEqual([]);
    });

    test('the trail names the devices before the claim is known', async () => {
      const { devices, site } = await ofSite(2);
      const run = await startedRun(theStore(), devices);
      await claim(run, site, 2, { worker: 'worker_t' });
      const requestId = (await theStore().runs.get(run))?.requestId;
      const attempted = (await wholeTrail(theStore())).filter((line) => line.data.runId === run);
      expect(attempted).toMatchObject([
        { kind: 'attempted', requestId, data: { workerId: 'worker_t', devices: devices.map((each) => each.name) } },
      ]);
    });

    test('workers at the same time never get the same task', async () => {
      const { devices, site } = await ofSite(600);
      const run = await startedRun(theStore(), devices);
      const work = async (worker: string) => {
        const mine: string[] = [];
        for (;;) {
          const tasks = await claim(run, site, 7, { worker });
          if (tasks.length === 0 && !(await theStore().runs.stand(run))?.hasPending) return mine;
          mine.push(...idsOf(tasks));
          await theStore().runs.record(
            run,
            tasks.map((task) => outcome(task.device.id)),
            at,
          );
        }
      };
      const shares = await Promise.all(['w1', 'w2', 'w3', 'w4', 'w5', 'w6'].map(work));
      const all = shares.flat();
      expect(all).toHaveLength(600);
      expect(new Set(all).size).toBe(600);
      expect(shares.filter((share) => share.length > 0).length).toBeGreaterThan(1);
      expect(await theStore().runs.progress(run)).toMatchObject({ ok: 600, pending: 0, running: 0 });
      for (const id of all.slice(0, 3)) expect(await theStore().runs.holder(id)).toBeNull();
    });

    test('a device that another run holds ends the task as device_busy, with the holder as evidence', async () => {
      const { devices, site } = await ofSite(3);
      const first = await startedRun(theStore(), devices.slice(0, 1));
      const second = await startedRun(theStore(), devices);
      await claim(first, site, 1);
      const tasks = await claim(second, site, 3, { at: later(60) });
      expect(idsOf(tasks)).toEqual(devices.slice(1).map((device) => device.id));
      expect(await theStore().runs.progress(second)).toMatchObject({
        running: 2,
        failed: 1,
        byCode: { device_busy: 1 },
      });
      const [busy] = await theStore().runs.outcomes(second, { all: false, limit: 5 });
      expect(busy).toMatchObject({ name: devices[0]?.name, status: 'failed', code: 'device_busy', endedAt: later(60) });
      expect(busy?.evidence).toEqual([
        `held by run ${first} (power-on asked by person_operator) since 2026-01-05T10:02:00.000Z`,
      ]);
      expect(await theStore().runs.holder(devices[0]?.id ?? '')).toEqual({ runId: first, since: at });
      const lines = (await wholeTrail(theStore())).filter((line) => line.data.runId === second);
      expect(lines.map((line) => line.kind)).toEqual(['attempted', 'ended']);
    });

    test('looks further when all that it looked at was busy', async () => {
      const { devices, site } = await ofSite(5);
      const first = await startedRun(theStore(), devices.slice(0, 4));
      const second = await startedRun(theStore(), devices);
      await claim(first, site, 4);
      expect(idsOf(await claim(second, site, 2))).toEqual([devices[4]?.id]);
      const third = await startedRun(theStore(), devices.slice(0, 4));
      expect(await claim(third, site, 1)).toEqual([]);
      expect(await theStore().runs.progress(third)).toMatchObject({ failed: 4, pending: 0 });
    });

    test('a run that only reads takes no lock and minds none', async () => {
      const { devices, site } = await ofSite(1);
      const acting = await startedRun(theStore(), devices);
      const reading = await startedRun(theStore(), devices);
      await claim(acting, site, 1);
      expect(await claim(reading, site, 1, { exclusive: false })).toHaveLength(1);
      await theStore().runs.record(reading, [outcome(devices[0]?.id ?? '')], at);
      expect(await theStore().runs.holder(devices[0]?.id ?? '')).toEqual({ runId: acting, since: at });
    });

    test('runs that want the same devices in another order get each exactly once between them', async () => {
      const { devices, site } = await ofSite(150);
      const runs = await Promise.all([
        startedRun(theStore(), devices),
        startedRun(theStore(), devices.toReversed()),
        startedRun(theStore(), devices),
      ]);
      const claimed = (await Promise.all(runs.map((run) => claim(run, site, 1_000)))).map(idsOf);
      expect(new Set(claimed.flat()).size).toBe(150);
      expect(claimed.flat()).toHaveLength(150);
      const busy = await Promise.all(runs.map(async (run) => (await theStore().runs.progress(run)).failed));
      expect(busy.reduce((sum, each) => sum + each, 0)).toBe(300);
    });

    test("a dead worker's tasks come back, marked, still locked by their own run only", async () => {
      const { devices, site } = await ofSite(2);
      const run = await startedRun(theStore(), devices);
      const dead = newId('worker');
      await claim(run, site, 1, { worker: dead });
      expect(await theStore().runs.reclaim(later(-1))).not.toContain(run);
      await theStore().runs.heartbeat(dead, later(10));
      expect(await theStore().runs.reclaim(later(10))).not.toContain(run);
      expect(await theStore().runs.reclaim(later(11))).toContain(run);
      expect(await theStore().runs.reclaim(later(11))).not.toContain(run);
      expect(await theStore().runs.progress(run)).toMatchObject({ pending: 2, running: 0 });
      const other = await startedRun(theStore(), devices.slice(0, 1));
      expect(await claim(other, site, 1)).toEqual([]);
      const again = await claim(run, site, 5, { at: later(12) });
      expect(again.map(({ attempt, interrupted }) => [attempt, interrupted])).toEqual([
        [2, true],
        [1, false],
      ]);
      const lines = (await wholeTrail(theStore())).filter((line) => line.data.runId === run);
      expect(lines.at(-1)?.data).toMatchObject({ interrupted: [devices[0]?.name] });
    });

    test('a claim is a sign of life, and an old heartbeat does not undo it', async () => {
      const { devices, site } = await ofSite(1);
      const run = await startedRun(theStore(), devices);
      const worker = newId('worker');
      await claim(run, site, 1, { worker, at: later(100) });
      await theStore().runs.heartbeat(worker, later(5));
      expect(await theStore().runs.reclaim(later(99))).not.toContain(run);
    });

    test('a worker that retired leaves no task behind unnoticed', async () => {
      const { devices, site } = await ofSite(1);
      const run = await startedRun(theStore(), devices);
      const worker = newId('worker');
      await claim(run, site, 1, { worker, at: later(100) });
      await theStore().runs.retire(worker);
      expect(await theStore().runs.reclaim(later(-1_000))).toContain(run);
    });

    test("the first worker's outcome counts even when it comes late", async () => {
      const { devices, site } = await ofSite(1);
      const run = await startedRun(theStore(), devices);
      const slow = newId('worker');
      await claim(run, site, 1, { worker: slow });
      await theStore().runs.reclaim(later(1));
      await theStore().runs.record(run, [outcome(devices[0]?.id ?? '')], later(2));
      expect(await claim(run, site, 1)).toEqual([]);
      expect(await theStore().runs.progress(run)).toMatchObject({ ok: 1, pending: 0 });
      expect(await theStore().runs.holder(devices[0]?.id ?? '')).toBeNull();
    });

    test('tasks that were never begun go back as they were', async () => {
      const { devices, site } = await ofSite(2);
      const run = await startedRun(theStore(), devices);
      const ids = idsOf(await claim(run, site, 2));
      await theStore().runs.record(run, [outcome(ids[1] ?? '')], at);
      await theStore().runs.release(run, ids);
      expect(await theStore().runs.progress(run)).toMatchObject({ pending: 1, running: 0, ok: 1 });
      expect(await theStore().runs.holder(ids[0] ?? '')).toBeNull();
      const [task] = await claim(run, site, 2);
      expect([task?.device.id, task?.attempt, task?.interrupted]).toEqual([ids[0], 1, false]);
    });

    test('an interrupted task that goes back keeps its mark and its lock', async () => {
      const { devices, site } = await ofSite(1);
      const run = await startedRun(theStore(), devices);
      await claim(run, site, 1, { worker: newId('worker') });
      await theStore().runs.reclaim(later(1));
      await claim(run, site, 1, { at: later(2) });
      await theStore().runs.release(run, [devices[0]?.id ?? '']);
      expect(await theStore().runs.holder(devices[0]?.id ?? '')).toEqual({ runId: run, since: at });
      const [task] = await claim(run, site, 1, { at: later(3) });
      expect([task?.attempt, task?.interrupted]).toEqual([2, true]);
    });
  });
}
