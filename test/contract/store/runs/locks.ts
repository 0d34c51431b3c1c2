import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../../store-contract.ts';
import { fleet, idsOf, newId, outcome, startedRun, wholeTrail } from '../samples.ts';

const at = new Date('2026-01-05T10:02:00Z');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
const force = { by: 'person_admin', at: later(60), reason: 'stuck' };
const evidence = 'its lock was forced by person_admin at 2026-01-05T10:03:00.000Z: stuck';

/** RunStore: locks on devices, seen and forced. */
export function lockContract(theStore: TheStore): void {
  describe('locks', () => {
    const claim = (run: string, site: string, worker = newId('worker'), when = at) =>
      theStore().runs.claim(run, worker, [{ site, room: 100 }], true, when);
    const held = async (count: number, when = at) => {
      const devices = await fleet(theStore(), count);
      const site = devices[0]?.site ?? '';
      const run = await startedRun(theStore(), devices);
      await claim(run, site, newId('worker'), when);
      return { devices, site, run, ids: devices.map((device) => device.id) };
    };

    test('who holds what, since when and why, longest first', async () => {
      const { devices, site, run } = await held(2, new Date('2001-01-01T00:00:00Z'));
      const requestId = (await theStore().runs.get(run))?.requestId;
      const { devices: all, total } = await theStore().runs.held(2);
      expect(all).toEqual(
        devices.map((device) => ({
          deviceId: device.id,
          name: device.name,
          site,
          runId: run,
          requestId,
          operation: 'power-on',
          requester: 'person_operator',
          reason: 'fire drill',
          since: new Date('2001-01-01T00:00:00Z'),
        })),
      );
      expect(total).toBeGreaterThanOrEqual(2);
      await theStore().runs.unlock(
        devices.map((device) => device.id),
        force,
      );
      expect((await theStore().runs.held(1_000)).devices.filter((device) => device.runId === run)).toEqual([]);
    });

    test('forced: another run may have the device, and the late outcome of the first is still recorded', async () => {
      const { site, run, ids, devices } = await held(2);
      const freed = await theStore().runs.unlock([ids[0] ?? '', 'dev_unknown'], force);
      expect(freed).toMatchObject([{ deviceId: ids[0], name: devices[0]?.name, runId: run }]);
      const next = await startedRun(theStore(), devices.slice(0, 1));
      expect(idsOf(await claim(next, site))).toEqual([ids[0]]);
      await theStore().runs.record(run, [outcome(ids[0] ?? ''), outcome(ids[1] ?? '')], later(90));
      expect(await theStore().runs.holder(ids[0] ?? '')).toEqual({ runId: next, since: at });
      const outcomes = await theStore().runs.outcomes(run, { all: true, limit: 5 });
      expect(outcomes.map((each) => each.evidence)).toEqual([
        ['power 2 (on) after 2.1 s', evidence],
        ['power 2 (on) after 2.1 s'],
      ]);
      const [line] = (await wholeTrail(theStore())).filter(
        (each) => each.kind === 'lock_forced' && JSON.stringify(each.data).includes(run),
      );
      expect(line).toMatchObject({
        actor: 'person_admin',
        data: { reason: 'stuck', devices: [{ device: devices[0]?.name, runId: run, since: at.toISOString() }] },
      });
    });

    test('an attempt that was cut off ends as unknown: nobody is at it', async () => {
      const { run, ids, site } = await held(2, later(-30));
      await theStore().runs.reclaim(later(-20));
      await theStore().runs.unlock(ids.slice(0, 1), force);
      const [outcomeOfFirst] = await theStore().runs.outcomes(run, { all: false, limit: 5 });
      expect(outcomeOfFirst).toMatchObject({
        deviceId: ids[0],
        status: 'unknown',
        code: 'lock_forced',
        evidence: [evidence],
      });
      expect(idsOf(await claim(run, site))).toEqual([ids[1]]);
    });

    test('cut off after it was forced, with the device at another run: unknown, not merely busy', async () => {
      const { run, ids, site, devices } = await held(1, later(-30));
      await theStore().runs.unlock(ids, force);
      const next = await startedRun(theStore(), devices);
      const living = newId('worker');
      await claim(next, site, living, later(100));
      await theStore().runs.reclaim(later(50));
      expect(await claim(run, site, newId('worker'), later(101))).toEqual([]);
      const [end] = await theStore().runs.outcomes(run, { all: false, limit: 5 });
      expect(end).toMatchObject({ status: 'unknown', code: 'interrupted' });
      expect(end?.evidence).toEqual([expect.stringContaining(`held by run ${next}`), evidence]);
    });

    test('what nobody holds is left alone, and nothing is written', async () => {
      const devices = await fleet(theStore(), 1);
      const before = (await wholeTrail(theStore())).length;
      expect(
        await theStore().runs.unlock(
          devices.map((device) => device.id),
          force,
        ),
      ).toEqual([]);
      expect(await wholeTrail(theStore())).toHaveLength(before);
    });
  });
}
