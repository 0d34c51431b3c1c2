import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../../store-contract.ts';
import { entry, fleet, idsOf, newId, newRequest, outcome, startedRun, wholeTrail } from '../samples.ts';

const at = new Date('2026-01-05T10:02:00Z');

/** RunStore but for claims. */
export function runContract(theStore: TheStore): void {
  describe('runs', () => {
    const claimAll = (run: string, site: string, room = 1_000) =>
      theStore().runs.claim(run, newId('worker'), [{ site, room }], true, at);

    test('starts an approved request once, with a task for each device', async () => {
      const devices = await fleet(theStore(), 3);
      const request = newRequest(devices);
      await theStore().requests.create(request, devices, [], []);
      expect(await theStore().runs.startable()).toContain(request.id);
      const runs = Array.from({ length: 4 }, () => newId('run'));
      const started = await Promise.all(
        runs.map((id) =>
          theStore().runs.start({ id, requestId: request.id, requestVersion: 1, startedAt: at }, [
            entry({ kind: 'run_started', requestId: request.id }),
          ]),
        ),
      );
      expect(started.filter(Boolean)).toHaveLength(1);
      const id = runs[started.indexOf(true)] ?? '';
      expect(await theStore().runs.get(id)).toEqual({
        id,
        requestId: request.id,
        version: 1,
        state: 'running',
        wave: 1,
        sizes: [3],
        hasCanary: false,
        failureLimit: null,
        pause: null,
        stop: null,
        startedAt: at,
        endedAt: null,
      });
      expect(await theStore().requests.get(request.id)).toMatchObject({ state: 'running', version: 2, runId: id });
      expect((await wholeTrail(theStore())).filter((line) => line.requestId === request.id)).toHaveLength(1);
      expect(await theStore().runs.startable()).not.toContain(request.id);
      expect(await theStore().runs.unfinished()).toContain(id);
      expect((await theStore().runs.latest(1))[0]?.id).toBe(id);
      expect(await theStore().runs.progress(id)).toMatchObject({ total: 3, pending: 3, running: 0 });
    });

    test('does not start a request that is not approved, or has changed since', async () => {
      const waiting = newRequest([], { state: 'waiting' });
      await theStore().requests.create(waiting, [], [], []);
      const start = (requestVersion: number) =>
        theStore().runs.start({ id: newId('run'), requestId: waiting.id, requestVersion, startedAt: at }, []);
      expect(await start(1)).toBe(false);
      await theStore().requests.change(waiting.id, 1, { state: 'approved' }, []);
      expect(await start(1)).toBe(false);
      expect(await start(2)).toBe(true);
    });

    test('writes outcomes, frees locks, remembers what was seen, says so in the trail', async () => {
      const devices = await fleet(theStore(), 3);
      const site = devices[0]?.site ?? '';
      const run = await startedRun(theStore(), devices);
      const [a, b, c] = idsOf(await claimAll(run, site));
      const failed = outcome(b ?? '', {
        status: 'failed',
        code: 'unreachable',
        evidence: ['no answer from 127.0.0.1\u0000'],
        powerState: null,
        amtVersion: null,
      });
      await theStore().runs.record(run, [outcome(a ?? ''), failed], at);
      expect(await theStore().runs.progress(run)).toEqual({
        total: 3,
        pending: 0,
        running: 1,
        ok: 1,
        failed: 1,
        unknown: 0,
        skipped: 0,
        byCode: { done: 1, unreachable: 1 },
      });
      expect(await theStore().runs.holder(a ?? '')).toBeNull();
      expect(await theStore().runs.holder(c ?? '')).toEqual({ runId: run, since: at });
      const [first, second] = await theStore().inventory.devices([a ?? '', b ?? '']);
      expect(first).toMatchObject({ powerState: 2, amtVersion: '15.0.23', seenAt: at });
      expect(second).toMatchObject({ powerState: null, amtVersion: null, seenAt: null });
      const ended = (await wholeTrail(theStore())).filter((line) => line.kind === 'ended' && line.data.runId === run);
      expect(ended.map((line) => line.data)).toEqual([
        {
          runId: run,
          outcomes: [
            { status: 'ok', code: 'done', devices: [devices[0]?.name] },
            { status: 'failed', code: 'unreachable', devices: [devices[1]?.name] },
          ],
        },
      ]);
    });

    test('a task ends once: repeats are ignored, in the counts and in the trail too', async () => {
      const devices = await fleet(theStore(), 2);
      const run = await startedRun(theStore(), devices);
      const [a, b] = idsOf(await claimAll(run, devices[0]?.site ?? ''));
      const first = [outcome(a ?? ''), outcome(a ?? '', { status: 'failed', code: 'no_answer' })];
      await Promise.all([theStore().runs.record(run, first, at), theStore().runs.record(run, first, at)]);
      await theStore().runs.record(run, [outcome(a ?? '', { status: 'unknown', code: 'interrupted' })], at);
      await theStore().runs.record(run, [outcome('dev_unknown')], at);
      await theStore().runs.record(run, [], at);
      const progress = await theStore().runs.progress(run);
      expect(progress).toMatchObject({ running: 1, unknown: 0 });
      expect(progress.ok + progress.failed).toBe(1);
      const trail = await wholeTrail(theStore());
      expect(trail.filter((line) => line.kind === 'ended' && line.data.runId === run)).toHaveLength(1);
      expect(await theStore().runs.holder(b ?? '')).not.toBeNull();
    });

    test('batches that overlap in another order do not wait for each other for ever', async () => {
      const devices = await fleet(theStore(), 200);
      const run = await startedRun(theStore(), devices);
      const ids = idsOf(await claimAll(run, devices[0]?.site ?? ''));
      const forth = ids.map((id) => outcome(id));
      await Promise.all([
        theStore().runs.record(run, forth, at),
        theStore().runs.record(run, forth.toReversed(), at),
        theStore().runs.record(run, forth.slice(50), at),
      ]);
      expect(await theStore().runs.progress(run)).toMatchObject({ ok: 200, pending: 0, running: 0 });
    });

    test('lists outcomes by name, those that failed or all', async () => {
      const devices = await fleet(theStore(), 12);
      const run = await startedRun(theStore(), devices);
      const tasks = await claimAll(run, devices[0]?.site ?? '');
      const outcomes = tasks.map(({ device }, index) =>
        index % 3 === 0 ? outcome(device.id, { status: 'failed', code: 'no_answer', facts: {} }) : outcome(device.id),
      );
      await theStore().runs.record(run, outcomes.toReversed(), at);
      const all = await theStore().runs.outcomes(run, { all: true, limit: 100 });
      expect(all.map((each) => each.name)).toEqual(devices.map((device) => device.name));
      expect(all[0]).toEqual({
        ...outcomes[0],
        tookMs: 2100,
        name: devices[0]?.name,
        site: devices[0]?.site,
        endedAt: at,
      });
      const bad = await theStore().runs.outcomes(run, { all: false, limit: 3 });
      expect(bad.map((each) => each.name)).toEqual([0, 3, 6].map((index) => devices[index]?.name));
    });

    test('the devices that did not go well can be named by the request, whatever they are called by now', async () => {
      const devices = await fleet(theStore(), 4);
      const run = await startedRun(theStore(), devices);
      const [a = '', b = '', c = ''] = idsOf(await claimAll(run, devices[0]?.site ?? ''));
      const bad = [
        outcome(a, { status: 'failed', code: 'no_answer' }),
        outcome(c, { status: 'unknown', code: 'interrupted' }),
      ];
      await theStore().runs.record(run, [...bad, outcome(b)], at);
      const requestId = (await theStore().runs.get(run))?.requestId ?? '';
      const failed = await theStore().inventory.select({ kind: 'failed', value: requestId });
      expect(failed.map((device) => device.id)).toEqual([a, c]);
      expect(await theStore().inventory.select({ kind: 'failed', value: 'req_unknown' })).toEqual([]);
    });

    test('ends when every task has, once', async () => {
      const devices = await fleet(theStore(), 2);
      const run = await startedRun(theStore(), devices);
      const finish = () => theStore().runs.finish(run, at, [entry({ kind: 'run_ended', data: { run } })]);
      expect(await finish()).toBe(false);
      const ids = idsOf(await claimAll(run, devices[0]?.site ?? ''));
      expect(await finish()).toBe(false);
      await theStore().runs.record(
        run,
        ids.map((id) => outcome(id)),
        at,
      );
      expect((await Promise.all([finish(), finish(), finish()])).filter(Boolean)).toHaveLength(1);
      const stored = await theStore().runs.get(run);
      expect(stored).toMatchObject({ state: 'ended', endedAt: at });
      expect(await theStore().requests.get(stored?.requestId ?? '')).toMatchObject({ state: 'done', version: 3 });
      expect((await wholeTrail(theStore())).filter((line) => line.data.run === run)).toHaveLength(1);
      expect(await theStore().runs.unfinished()).not.toContain(run);
    });

    test('a run that nobody knows has no progress and no end', async () => {
      expect(await theStore().runs.get('run_unknown')).toBeNull();
      expect(await theStore().runs.progress('run_unknown')).toMatchObject({ total: 0, pending: 0 });
      expect(await theStore().runs.finish('run_unknown', at, [])).toBe(false);
    });
  });
}
