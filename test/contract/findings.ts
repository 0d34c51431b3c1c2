import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../src/audit/device-log/compare.ts';
import { tracedOperations } from '../../src/audit/device-log/recorded-events.ts';
import type { AuditRecord } from '../../src/ports/amt/audit-log.ts';
import type { Comparison } from '../../src/ports/trail/finding-store.ts';
import { fleet, newId, outcome, startedRun, wholeTrail } from './store/samples.ts';
import type { TheStore } from './store-contract.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute));
const longAgo = new Date(0);

const record = (text: string, eventId = 0): AuditRecord => ({
  ...{
    index: 1,
    at: at(3),
    appId: 17,
    eventId,
    app: 'Remote control',
    event: 'Performed power up',
    address: '10.0.0.9',
  },
  ...{ initiator: { kind: 'digest', user: 'eve' }, details: [], raw: Buffer.from(text).toString('base64') },
});

const difference = (subject: string): Comparison['differences'][number] => ({
  ...{ id: newId('dif'), subject, at: at(3), what: 'Performed \u0000 power up', address: '10.0.0.9', requestId: null },
  kind: 'unknown_to_service',
  event: '17/0',
  initiator: { kind: 'digest', user: 'eve' },
});

/** FindingStore. */
export function findingContract(theStore: TheStore): void {
  describe('findings about device logs', () => {
    const oneDevice = async () => {
      const [device] = await fleet(theStore(), 1);
      if (!device) throw new Error('no device');
      return device;
    };
    const ground = (deviceId: string, since = longAgo) =>
      theStore().findings.groundOf(deviceId, since, tracedOperations);
    const comparison = (deviceId: string, differences: Comparison['differences']): Comparison => ({
      ...{ deviceId, at: at(30), judged: [], differences },
    });

    test('what was done to a device, when, with what, and how it ended; reading it is not among it', async () => {
      const device = await oneDevice();
      const before = new Date();
      const run = await startedRun(theStore(), [device], undefined, { operation: 'reset' });
      const reading = await startedRun(theStore(), [device], undefined, { operation: 'read-status' });
      expect((await ground(device.id))?.actions).toEqual([]);
      for (const id of [run, reading])
        await theStore().runs.claim(id, newId('wrk'), [{ site: device.site, room: 5 }], false, at(2));
      expect((await ground(device.id))?.actions).toMatchObject([
        { runId: run, operation: 'reset', credential: 'fleet', from: at(2), to: null, attempts: 1, isCertain: false },
      ]);
      await theStore().runs.record(run, [outcome(device.id, { evidence: ['seen'] })], at(4));
      const found = await ground(device.id);
      expect(found?.actions).toMatchObject([{ to: at(4), isCertain: true, evidence: ['seen'], traces: [] }]);
      expect(found?.addedAt.getTime()).toBeGreaterThan(before.getTime() - 60_000);
      expect((await ground(device.id, at(4)))?.actions).toHaveLength(1);
      expect((await ground(device.id, at(5)))?.actions).toEqual([]);
      expect(await ground('dev_unknown')).toBeNull();
    });

    test('turning on by magic packets is not certain to be in a log: AMT had no part in it', async () => {
      const device = await oneDevice();
      const run = await startedRun(theStore(), [device], undefined, { operation: 'power-on' });
      await theStore().runs.claim(run, newId('wrk'), [{ site: device.site, room: 5 }], true, at(2));
      await theStore().runs.record(run, [outcome(device.id, { facts: { method: 'WoL' } })], at(4));
      expect((await ground(device.id))?.actions).toMatchObject([{ isCertain: false }]);
    });

    test('a second attempt after a crash begins when the first did', async () => {
      const device = await oneDevice();
      const run = await startedRun(theStore(), [device], undefined, { operation: 'power-on' });
      const rooms = [{ site: device.site, room: 5 }];
      const dead = newId('wrk');
      await theStore().runs.claim(run, dead, rooms, true, at(2));
      await theStore().runs.heartbeat(dead, new Date(0));
      await theStore().runs.reclaim(at(3));
      await theStore().runs.claim(run, newId('wrk'), rooms, true, at(6));
      expect((await ground(device.id))?.actions).toMatchObject([{ from: at(2), attempts: 2 }]);
    });

    test('a record is judged once, and stays the trace of its run', async () => {
      const device = await oneDevice();
      const run = await startedRun(theStore(), [device], undefined, { operation: 'power-on' });
      await theStore().runs.claim(run, newId('wrk'), [{ site: device.site, room: 5 }], true, at(2));
      const [one, two] = [record(newId('a')), record(newId('b'))];
      await theStore().deviceLogs.keep({
        ...{ id: newId('log'), deviceId: device.id, at: at(20), purpose: 'pull', hash: 'abc' },
        records: [one, one, two],
      });
      expect((await ground(device.id))?.unjudged).toEqual(new Set([digestOf(one), digestOf(two)]));
      const judged = [{ digest: digestOf(one), runId: run }];
      await theStore().findings.keep({ deviceId: device.id, at: at(21), judged, differences: [] });
      const again = [{ digest: digestOf(one), runId: null }];
      await theStore().findings.keep({ deviceId: device.id, at: at(22), judged: again, differences: [] });
      const after = await ground(device.id);
      expect(after?.unjudged).toEqual(new Set([digestOf(two)]));
      expect(after?.actions[0]?.traces).toEqual(['17/0', '17/0']);
    });

    test('a difference is kept once, also when it is found ten times at once; the trail says it once', async () => {
      const { id, name } = await oneDevice();
      const [first, second] = [difference('record:1'), difference('record:2')];
      const found = await Promise.all(
        Array.from({ length: 10 }, () =>
          theStore().findings.keep(
            comparison(id, [
              { ...first, id: newId('dif') },
              { ...second, id: newId('dif') },
            ]),
          ),
        ),
      );
      expect(found.flat()).toHaveLength(2);
      const { findings, total } = await theStore().findings.open(1, [id]);
      expect({ total, shown: findings.length }).toEqual({ total: 2, shown: 1 });
      expect(findings[0]).toMatchObject({
        ...{ deviceId: id, device: name, kind: 'unknown_to_service', at: at(3), foundAt: at(30), event: '17/0' },
        ...{ what: 'Performed \uFFFD power up', address: '10.0.0.9', initiator: { kind: 'digest', user: 'eve' } },
        accepted: null,
      });
      const entries = (await wholeTrail(theStore())).filter(
        ({ kind, data }) => kind === 'device_log_differs' && data.deviceId === id,
      );
      expect(entries.map(({ data }) => data.found)).toEqual([2]);
    });

    test('it is open until one person accepts it, with a trail entry, and is not found again afterwards', async () => {
      const { id } = await oneDevice();
      const kept = difference('record:1');
      await theStore().findings.keep(comparison(id, [kept]));
      const isOpen = async (since: Date) =>
        (await theStore().findings.openFindings(since)).some((finding) => finding.deviceId === id);
      expect([await isOpen(at(30)), await isOpen(at(31))]).toEqual([true, false]);
      const accept = (by: string) =>
        theStore().findings.accept(kept.id, { by, at: at(40), reason: 'technician \u0000 on site' });
      const answers = await Promise.all(['a', 'b', 'c'].map(accept));
      expect(answers.filter(Boolean)).toHaveLength(1);
      const by = ['a', 'b', 'c'][answers.indexOf(true)];
      expect(await theStore().findings.get(kept.id)).toMatchObject({
        accepted: { by, at: at(40), reason: 'technician \uFFFD on site' },
      });
      expect(await isOpen(longAgo)).toBe(false);
      expect(await theStore().findings.keep(comparison(id, [{ ...kept, id: newId('dif') }]))).toEqual([]);
      expect((await theStore().findings.open(10, [id])).total).toBe(0);
      const entries = (await wholeTrail(theStore())).filter(({ data }) => data.finding === kept.id);
      expect(entries).toMatchObject([{ kind: 'finding_accepted', actor: by }]);
      expect(await theStore().findings.get('dif_unknown')).toBeNull();
    });
  });
}
