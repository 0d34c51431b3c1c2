import { describe, expect, test } from '@jest/globals';
import type { RunPacing, SitePacing, TaskPlaces } from '../../../../src/ports/runs/run-pacing.ts';
import type { TheStore } from '../../store-contract.ts';
import { entry, fleet, idsOf, newId, newRequest, outcome, wholeTrail } from '../samples.ts';

const at = new Date('2026-01-05T10:02:00Z');
const later = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
const rule: SitePacing = { retries: 3, retryDelayMs: 120_000, pauseAfter: null, pauseMs: 10_000, perSubnet: null };

/** RunStore: tasks that are tried again, pauses between commands, starts that are spread, caps per subnet, deadlines. */
export function transmissionContract(theStore: TheStore): void {
  describe('transmissions', () => {
    /** A run over `count` PCs of a site of its own. */
    async function runOf(
      count: number,
      over: { readonly rule?: Partial<SitePacing>; readonly deadlineAt?: Date; readonly places?: TaskPlaces } = {},
    ) {
      const { runs, requests } = theStore();
      const devices = await fleet(theStore(), count);
      const site = devices[0]?.site ?? '';
      const request = newRequest(devices);
      await requests.create(request, devices, [], []);
      const run = newId('run');
      const pacing: RunPacing = {
        sites: { [site]: { ...rule, ...over.rule } },
        deadlines: over.deadlineAt ? { [site]: over.deadlineAt } : {},
      };
      const { places } = over;
      await runs.start(
        { id: run, requestId: request.id, requestVersion: 1, startedAt: at, pacing, ...(places ? { places } : {}) },
        [],
      );
      const claim = (when: Date, room = 100) => runs.claim(run, 'worker_t', [{ site, room }], true, when);
      const fails = (deviceId: string, attempt: number, retryAt: Date) =>
        outcome(deviceId, {
          status: 'failed',
          code: 'unreachable',
          evidence: ['nothing'],
          retry: { at: retryAt, attempt },
        });
      const ids = devices.map(({ id }) => id);
      return { run, site, ids, runs, claim, fails, names: devices.map(({ name }) => name) };
    }

    test('a failed task is put back: free, not counted, not claimed before its time', async () => {
      const { run, ids, runs, claim, fails } = await runOf(2);
      await claim(at);
      const again = [fails(ids[0] ?? '', 1, later(120)), outcome(ids[1] ?? '')];
      await runs.record(run, again, at);
      expect(await runs.progress(run)).toMatchObject({
        ...{ pending: 1, running: 0, ok: 1, failed: 0, byCode: { done: 1 } },
        retrying: { devices: 1, at: later(120), retry: 1 },
      });
      expect(await runs.holder(ids[0] ?? '')).toBeNull();
      expect(await runs.stand(run)).toMatchObject({ sites: [], hasPending: true, waiting: 1, nextAt: later(120) });
      await runs.readyDue(run, later(119));
      expect(await claim(later(119))).toEqual([]);
      await runs.readyDue(run, later(120));
      expect(await claim(later(120))).toMatchObject([{ attempt: 2, tries: 1, interrupted: false }]);
      expect(await runs.finish(run, later(120), [])).toBe(false);
      expect((await wholeTrail(theStore())).filter((line) => line.data.runId === run).map(({ kind }) => kind)).toEqual([
        'attempted',
        'retry_planned',
        'ended',
        'attempted',
      ]);
    });

    test('the same outcomes once more change nothing, before and after the next try has begun', async () => {
      const { run, ids, runs, claim, fails } = await runOf(1);
      await claim(at);
      const again = [fails(ids[0] ?? '', 1, later(120))];
      await runs.record(run, again, at);
      await runs.record(run, again, at);
      expect((await runs.progress(run)).retrying).toMatchObject({ devices: 1, retry: 1 });
      await runs.readyDue(run, later(120));
      await claim(later(120));
      await runs.record(run, again, later(121));
      expect(await runs.progress(run)).toMatchObject({ running: 1, failed: 0 });
      await runs.record(run, [outcome(ids[0] ?? '', { status: 'failed', code: 'unreachable' })], later(122));
      expect(await runs.outcomes(run, { all: true, limit: 9 })).toMatchObject([
        { code: 'unreachable', evidence: ['tried 2 times', 'power 2 (on) after 2.1 s'] },
      ]);
      expect(await runs.finish(run, later(122), [])).toBe(true);
    });

    test('stopped meanwhile: it failed as it did last; one that was never begun is left alone', async () => {
      const { run, ids, runs, claim, fails } = await runOf(2);
      await claim(at, 1);
      await runs.record(run, [fails(ids[0] ?? '', 1, later(120))], at);
      await runs.stop(run, 1, { at, by: 'person_operator' }, [entry()]);
      expect(await runs.outcomes(run, { all: true, limit: 9 })).toMatchObject([
        {
          status: 'failed',
          code: 'unreachable',
          evidence: ['tried 1 time', 'nothing', 'the run was stopped before the next try'],
        },
        { status: 'skipped', code: 'run_stopped', evidence: [] },
      ]);
    });

    test('under way when it is stopped: the failure is the end', async () => {
      const { run, ids, runs, claim, fails } = await runOf(1);
      await claim(at);
      await runs.stop(run, 1, { at, by: 'person_operator' }, [entry()]);
      await runs.record(run, [fails(ids[0] ?? '', 1, later(120))], at);
      expect(await runs.progress(run)).toMatchObject({ failed: 1, pending: 0 });
    });

    test('a lock that was forced: the failure is the end', async () => {
      const { run, ids, runs, claim, fails } = await runOf(1);
      await claim(at);
      await runs.unlock(ids, { by: 'person_admin', at, reason: 'it hangs' });
      await runs.record(run, [fails(ids[0] ?? '', 1, later(120))], at);
      expect(await runs.progress(run)).toMatchObject({ failed: 1, pending: 0 });
    });

    test('a worker that dies in a retry leaves it interrupted', async () => {
      const { run, ids, runs, claim, fails } = await runOf(1);
      await claim(at);
      await runs.record(run, [fails(ids[0] ?? '', 1, later(120))], at);
      await runs.readyDue(run, later(120));
      await claim(later(120));
      await runs.reclaim(later(200));
      expect(await claim(later(201))).toMatchObject([{ attempt: 3, tries: 1, interrupted: true }]);
    });

    test('the deadline: tried ones failed as they did last, the others were not begun, what is under way goes on', async () => {
      const { run, ids, runs, claim, fails } = await runOf(3, { deadlineAt: later(60) });
      await claim(at, 2);
      await runs.record(run, [fails(ids[0] ?? '', 1, later(50))], at);
      expect(await runs.stand(run)).toMatchObject({ deadlineAt: later(60) });
      await runs.expirePending(run, later(59));
      expect(await runs.progress(run)).toMatchObject({ pending: 2 });
      await runs.expirePending(run, later(60));
      expect(await runs.progress(run)).toMatchObject({ running: 1, failed: 1, skipped: 1, pending: 0 });
      await runs.record(run, [outcome(ids[1] ?? '')], later(70));
      const outcomes = await runs.outcomes(run, { all: true, limit: 9 });
      expect(outcomes.map(({ status, code }) => `${status} ${code}`)).toEqual([
        'failed unreachable',
        'ok done',
        'skipped deadline_passed',
      ]);
      expect(outcomes[0]?.evidence.at(-1)).toBe('the deadline passed before the next try');
    });

    test('each site has a deadline of its own: the others go on', async () => {
      const { runs, requests } = theStore();
      const [near = [], far = []] = [await fleet(theStore(), 2), await fleet(theStore(), 2)];
      const [early = '', late = ''] = [near[0]?.site, far[0]?.site];
      const request = newRequest([...near, ...far]);
      await requests.create(request, [...near, ...far], [], []);
      const run = newId('run');
      const pacing: RunPacing = { sites: { [early]: rule }, deadlines: { [early]: later(60), [late]: later(120) } };
      await runs.start({ id: run, requestId: request.id, requestVersion: 1, startedAt: at, pacing }, []);
      expect((await runs.get(run))?.pacing).toEqual(pacing);
      await runs.claim(run, newId('worker'), [{ site: early, room: 1 }], true, at);
      expect(await runs.stand(run)).toMatchObject({ deadlineAt: later(60) });
      await runs.expirePending(run, later(60));
      expect(await runs.progress(run)).toMatchObject({ running: 1, pending: 2, skipped: 1 });
      expect(await runs.stand(run)).toMatchObject({ sites: [late], deadlineAt: later(120) });
      // What a worker that died had in hand at the first site is not begun again: its deadline is the next one once more.
      await runs.reclaim(later(90));
      expect(await runs.stand(run)).toMatchObject({ deadlineAt: later(60) });
      await runs.expirePending(run, later(90));
      expect(await runs.progress(run)).toMatchObject({ running: 0, pending: 2, unknown: 1, skipped: 1 });
      await runs.expirePending(run, later(120));
      expect(await runs.progress(run)).toMatchObject({ pending: 0, unknown: 1, skipped: 3 });
      expect(await runs.stand(run)).toMatchObject({ deadlineAt: null, hasPending: false });
    });

    test('spread: each begins at its own time', async () => {
      const places = { startAfterMs: [0, 10_000, 20_000], subnets: [null, null, null] };
      const { run, ids, runs, claim } = await runOf(3, { places });
      expect(idsOf(await claim(at))).toEqual([ids[0]]);
      expect(await runs.stand(run)).toMatchObject({ waiting: 2, nextAt: later(10), hasPending: true });
      // They wait for their turn, not for a retry.
      const waits = { devices: 2, firstAt: later(10), lastAt: later(20) };
      expect(await runs.heldUp(run, at)).toEqual({ later: waits, pauses: [] });
      expect((await runs.progress(run)).retrying).toBeUndefined();
      await runs.readyDue(run, later(10));
      expect(idsOf(await claim(later(10)))).toEqual([ids[1]]);
      await runs.readyDue(run, later(20));
      expect(idsOf(await claim(later(20)))).toEqual([ids[2]]);
    });

    test('so many commands, then a pause', async () => {
      const { run, site, runs, claim } = await runOf(7, { rule: { pauseAfter: 3, pauseMs: 10_000 } });
      expect(await runs.heldUp(run, at)).toEqual({ later: null, pauses: [] });
      expect(await claim(at, 2)).toHaveLength(2);
      expect(await claim(later(1), 9)).toHaveLength(1);
      expect(await claim(later(2), 9)).toHaveLength(0);
      expect(await runs.heldUp(run, later(2))).toEqual({ later: null, pauses: [{ site, until: later(11) }] });
      expect(await runs.heldUp(run, later(11))).toEqual({ later: null, pauses: [] });
      expect(await claim(later(10.9), 9)).toHaveLength(0);
      expect(await claim(later(11), 9)).toHaveLength(3);
      expect(await claim(later(12), 9)).toHaveLength(0);
      // A site that was quiet long enough begins anew.
      expect(await claim(later(60), 9)).toHaveLength(1);
    });

    test('at most so many under way in a subnet, whoever claims at the same time', async () => {
      const subnets = ['a', 'a', 'a', 'b', 'b', null];
      const { run, ids, runs, claim } = await runOf(6, {
        rule: { perSubnet: 1 },
        places: { startAfterMs: [0, 0, 0, 0, 0, 0], subnets },
      });
      const claimed = (await Promise.all([1, 2, 3].map(() => claim(at, 2)))).flatMap(idsOf);
      expect(new Set(claimed)).toEqual(new Set([ids[0], ids[3], ids[5]]));
      expect(claimed).toHaveLength(3);
      await runs.record(run, [outcome(ids[0] ?? '')], at);
      expect(idsOf(await claim(at))).toEqual([ids[1]]);
    });
  });
}
