import { describe, expect, test } from '@jest/globals';
import type { RunPause, WavePlan } from '../../../../src/ports/runs/run-store.ts';
import type { TargetDevice } from '../../../../src/ports/store/inventory-store.ts';
import type { TheStore } from '../../store-contract.ts';
import { entry, fleet, idsOf, newId, outcome, startedRun, wholeTrail } from '../samples.ts';

const at = new Date('2026-01-05T10:02:00Z');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
const pause: RunPause = { at, by: 'person_operator', hit: null };

/** RunStore: waves, the failure limit, pause, resume, stop, and the rate per site. */
export function waveContract(theStore: TheStore): void {
  describe('waves', () => {
    const plan = (over: Partial<WavePlan> = {}): WavePlan => ({
      sizes: [2, 3],
      hasCanary: true,
      waveOf: [2, 1, 2, 1, 2],
      perMinute: null,
      failureLimit: null,
      ...over,
    });
    const runOfFive = async (over: Partial<WavePlan> = {}) => {
      const devices = await fleet(theStore(), 5);
      const run = await startedRun(theStore(), devices, plan(over));
      return { devices, site: devices[0]?.site ?? '', run };
    };
    const runOf = async (count: number, over: Partial<WavePlan> = {}) => {
      const devices = await fleet(theStore(), count);
      const whole = { sizes: [count], hasCanary: false, waveOf: null, ...over };
      return { devices, site: devices[0]?.site ?? '', run: await startedRun(theStore(), devices, plan(whole)) };
    };
    const claim = (run: string, site: string, room = 100, worker = newId('worker'), when = at) =>
      theStore().runs.claim(run, worker, [{ site, room }], true, when);
    const record = (run: string, ids: readonly string[], code = 'done') =>
      theStore().runs.record(
        run,
        ids.map((id) => outcome(id, { status: code === 'done' ? 'ok' : 'failed', code })),
        at,
      );
    const version = async (run: string) => (await theStore().runs.get(run))?.version ?? 0;
    const namesOf = (devices: readonly TargetDevice[], ...indexes: number[]) =>
      indexes.map((index) => devices[index]?.id);
    const trailOf = async (run: string) =>
      (await wholeTrail(theStore())).filter((line) => line.data.runId === run).map((line) => line.kind);

    test('only what is released is claimed, in the order of the waves', async () => {
      const { devices, site, run } = await runOfFive();
      expect(await theStore().runs.stand(run)).toEqual({
        version: 1,
        state: 'running',
        wave: 1,
        sizes: [2, 3],
        hasCanary: true,
        failureLimit: null,
        sites: [site],
        hasPending: true,
        running: 0,
        waiting: 0,
        nextAt: null,
        deadlineAt: null,
        sinceRelease: { ended: 0, failed: 0 },
      });
      expect(idsOf(await claim(run, site))).toEqual(namesOf(devices, 1, 3));
      expect(await theStore().runs.stand(run)).toMatchObject({ sites: [], hasPending: true, running: 2 });
      expect(await claim(run, site)).toEqual([]);
      expect(await theStore().runs.change(run, 1, { kind: 'release' }, [])).toMatchObject({ wave: 2, version: 2 });
      expect(idsOf(await claim(run, site, 2))).toEqual(namesOf(devices, 0, 2));
      expect(await theStore().runs.stand(run)).toMatchObject({ sites: [site], hasPending: true, running: 4, wave: 2 });
    });

    test('a wave is released once, whoever tries at the same time, and there is none after the last', async () => {
      const { run } = await runOfFive();
      const tries = await Promise.all([1, 2, 3].map(() => theStore().runs.change(run, 1, { kind: 'release' }, [])));
      expect(tries.filter(Boolean)).toHaveLength(1);
      expect(await theStore().runs.change(run, 2, { kind: 'release' }, [])).toBeNull();
      expect(await theStore().runs.get(run)).toMatchObject({ wave: 2, version: 2 });
    });

    test('a plan for another number of devices starts nothing', async () => {
      await expect(runOf(3, { sizes: [2], waveOf: [1, 1] })).rejects.toThrow('does not fit');
    });

    test('paused: nothing is claimed until it is resumed; what is under way is recorded', async () => {
      const { site, run } = await runOf(4);
      const ids = idsOf(await claim(run, site, 2));
      const trail = [entry({ kind: 'run_paused', data: { runId: run } })];
      expect(await theStore().runs.change(run, 1, { kind: 'pause', pause }, trail)).toMatchObject({
        state: 'paused',
        version: 2,
        pause,
      });
      expect(await theStore().runs.change(run, 2, { kind: 'pause', pause }, trail)).toBeNull();
      expect(await theStore().runs.change(run, 2, { kind: 'release' }, [])).toBeNull();
      expect(await claim(run, site)).toEqual([]);
      await record(run, ids);
      expect(await theStore().runs.progress(run)).toMatchObject({ ok: 2, pending: 2 });
      expect(await theStore().runs.unfinished()).toContain(run);
      expect(await theStore().runs.change(run, 1, { kind: 'resume' }, [])).toBeNull();
      expect(await theStore().runs.change(run, 2, { kind: 'resume' }, [])).toMatchObject({
        state: 'running',
        pause: null,
      });
      expect(await claim(run, site)).toHaveLength(2);
      expect(await trailOf(run)).toEqual(['attempted', 'run_paused', 'ended', 'attempted']);
    });

    test('a pause and a claim at the same time: no claim is known after the pause is', async () => {
      const { site, run } = await runOf(60);
      const claims = Array.from({ length: 12 }, () => claim(run, site, 4));
      await theStore().runs.change(run, 1, { kind: 'pause', pause }, []);
      const { running } = await theStore().runs.progress(run);
      await Promise.all(claims);
      expect((await theStore().runs.progress(run)).running).toBe(running);
    });

    test('a paused run whose last task has ended is over', async () => {
      const { site, run } = await runOf(2);
      const ids = idsOf(await claim(run, site));
      await theStore().runs.change(run, 1, { kind: 'pause', pause }, []);
      expect(await theStore().runs.finish(run, at, [])).toBe(false);
      await record(run, ids);
      expect(await theStore().runs.finish(run, at, [])).toBe(true);
      expect(await theStore().runs.get(run)).toMatchObject({ state: 'ended', pause: null });
    });

    test('breaking the failure limit pauses the run with the outcome that breaks it', async () => {
      const { site, run } = await runOf(30, { failureLimit: { percent: 20, ofLast: 20 } });
      const ids = idsOf(await claim(run, site, 20));
      await record(run, ids.slice(0, 14));
      await record(run, ids.slice(14, 18), 'wrong_credentials');
      expect(await theStore().runs.get(run)).toMatchObject({ state: 'running' });
      expect(await theStore().runs.stand(run)).toMatchObject({ sinceRelease: { ended: 18, failed: 4 } });
      await record(run, ids.slice(18, 19), 'unreachable');
      const hit = { among: 'last', failed: 5, of: 19, percent: 20, byCode: { wrong_credentials: 4, unreachable: 1 } };
      const paused = await theStore().runs.get(run);
      expect(paused).toMatchObject({ state: 'paused', pause: { at, by: 'service', hit } });
      expect(await claim(run, site)).toEqual([]);
      const [line] = (await wholeTrail(theStore())).filter(
        (each) => each.kind === 'run_paused' && each.data.runId === run,
      );
      expect(line).toMatchObject({ actor: 'service', requestId: paused?.requestId, data: { hit } });
      await record(run, ids.slice(19), 'unreachable');
      expect(await trailOf(run)).toEqual(['attempted', 'ended', 'ended', 'ended', 'run_paused', 'ended']);
    });

    test('resumed, the failures so far are forgotten', async () => {
      const { site, run } = await runOf(30, { failureLimit: { percent: 20, ofLast: 20 } });
      const ids = idsOf(await claim(run, site, 12));
      await record(run, ids.slice(0, 6), 'unreachable');
      await theStore().runs.change(run, await version(run), { kind: 'resume' }, []);
      expect(await theStore().runs.stand(run)).toMatchObject({
        state: 'running',
        sinceRelease: { ended: 0, failed: 0 },
      });
      await record(run, ids.slice(6, 10), 'unreachable');
      expect(await theStore().runs.get(run)).toMatchObject({ state: 'running' });
      await record(run, ids.slice(10, 11), 'unreachable');
      expect(await theStore().runs.get(run)).toMatchObject({ state: 'paused' });
    });

    test('workers that record at the same time break the limit once between them', async () => {
      const { site, run } = await runOf(40, { failureLimit: { percent: 20, ofLast: 20 } });
      const ids = idsOf(await claim(run, site));
      await Promise.all(ids.map((id, index) => record(run, [id], index % 3 === 0 ? 'no_answer' : 'done')));
      expect(await theStore().runs.get(run)).toMatchObject({ state: 'paused', version: 2 });
      expect((await trailOf(run)).filter((kind) => kind === 'run_paused')).toHaveLength(1);
      expect(await theStore().runs.stand(run)).toMatchObject({ sinceRelease: { ended: 40, failed: 14 } });
    });

    test('stopped: what is pending is skipped, what was cut off is unknown, what is under way is recorded', async () => {
      const { devices, site, run } = await runOf(5);
      await claim(run, site, 1, newId('worker'), later(-20));
      await theStore().runs.reclaim(later(-10));
      const lost = devices[0]?.id ?? '';
      const ids = idsOf(await claim(run, site, 3)).filter((id) => id !== lost);
      await theStore().runs.release(run, [lost]);
      const stop = { at, by: 'person_approver' };
      const trail = [entry({ kind: 'run_stopped', data: { runId: run } })];
      expect(await theStore().runs.stop(run, 7, stop, trail)).toBeNull();
      expect(await theStore().runs.stop(run, 1, stop, trail)).toMatchObject({ state: 'stopping', stop, version: 2 });
      expect(await theStore().runs.stop(run, 2, stop, trail)).toBeNull();
      expect(await claim(run, site)).toEqual([]);
      expect(await theStore().runs.holder(lost)).toBeNull();
      expect(await theStore().runs.finish(run, at, [])).toBe(false);
      await record(run, ids);
      expect(await theStore().runs.progress(run)).toEqual({
        total: 5,
        pending: 0,
        running: 0,
        ok: 2,
        failed: 0,
        unknown: 1,
        skipped: 2,
        byCode: { done: 2, interrupted: 1, run_stopped: 2 },
      });
      const bad = await theStore().runs.outcomes(run, { all: false, limit: 10 });
      expect(bad.map(({ deviceId, code }) => [deviceId, code])).toEqual([[lost, 'interrupted']]);
      expect(await theStore().runs.outcomes(run, { all: true, limit: 10 })).toHaveLength(5);
      expect(await theStore().runs.finish(run, at, [])).toBe(true);
      expect(await theStore().runs.get(run)).toMatchObject({ state: 'ended', stop });
      expect((await trailOf(run)).slice(-3)).toEqual(['run_stopped', 'ended', 'ended']);
    });

    test('a paused run can be stopped; what a worker leaves that dies after it is ended too', async () => {
      const { devices, site, run } = await runOf(3);
      await claim(run, site, 1, newId('worker'), later(-20));
      await theStore().runs.change(run, 1, { kind: 'pause', pause }, []);
      await theStore().runs.cancelPending(run, at);
      expect(await theStore().runs.progress(run)).toMatchObject({ pending: 2, running: 1 });
      await theStore().runs.stop(run, 2, { at, by: 'person_operator' }, []);
      await theStore().runs.reclaim(later(-10));
      expect(await theStore().runs.stand(run)).toMatchObject({ state: 'stopping', hasPending: true });
      await theStore().runs.cancelPending(run, at);
      expect(await theStore().runs.progress(run)).toMatchObject({ unknown: 1, skipped: 2 });
      expect(await theStore().runs.holder(devices[0]?.id ?? '')).toBeNull();
    });

    test('a stop and claims at the same time: every task is either under way or skipped', async () => {
      const { site, run } = await runOf(80);
      const claims = Array.from({ length: 10 }, () => claim(run, site, 3));
      const stopped = theStore().runs.stop(run, 1, { at, by: 'person_operator' }, []);
      const begun = (await Promise.all(claims)).flatMap(idsOf);
      await stopped;
      expect(await theStore().runs.progress(run)).toMatchObject({ running: begun.length, skipped: 80 - begun.length });
    });

    test('a rate is kept per site by all runs of the operation together, whatever the room', async () => {
      const operation = { operation: 'boot' } as const;
      const here = await fleet(theStore(), 40);
      const there = await fleet(theStore(), 40);
      const devices = [...here, ...there];
      const rated = plan({ sizes: [80], hasCanary: false, waveOf: null, perMinute: 60 });
      const first = await startedRun(theStore(), devices, rated, operation);
      const second = await startedRun(theStore(), devices, rated, operation);
      const other = await startedRun(theStore(), devices, plan({ ...rated, perMinute: null }), operation);
      const sites = [here[0]?.site ?? '', there[0]?.site ?? ''];
      const rooms = sites.map((site) => ({ site, room: 50 }));
      const claimed = async (run: string, seconds: number) => {
        const tasks = await theStore().runs.claim(run, newId('worker'), rooms, false, later(seconds));
        return sites.map((site) => tasks.filter((task) => task.device.site === site).length);
      };
      expect(await claimed(first, 0)).toEqual([10, 10]);
      expect(await claimed(second, 0)).toEqual([0, 0]);
      expect(await claimed(second, 3)).toEqual([3, 3]);
      expect(await claimed(first, 1)).toEqual([0, 0]);
      expect(await claimed(first, 4)).toEqual([1, 1]);
      expect(await claimed(first, 3_600)).toEqual([10, 10]);
      expect(await claimed(other, 3_600)).toEqual([40, 40]);
    });
  });
}
