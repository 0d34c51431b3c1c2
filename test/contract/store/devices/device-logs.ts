import { describe, expect, test } from '@jest/globals';
import type { AuditRecord } from '../../../../src/ports/amt/audit-log.ts';
import type { AuditLogReading } from '../../../../src/ports/store/device-log-store.ts';
import type { TheStore } from '../../store-contract.ts';
import { newId } from '../samples.ts';

/** A record that nobody else has. */
function record(index: number, over: Partial<AuditRecord> = {}): AuditRecord {
  return {
    index,
    at: new Date(Date.UTC(2026, 0, 5, 10, 0, index)),
    appId: 16,
    eventId: 5,
    app: 'Security admin',
    event: 'Invalid credentials',
    initiator: { kind: 'digest', user: 'somebody' },
    address: '10.0.0.9',
    details: [{ label: 'user', value: 'somebody' }],
    raw: Buffer.from(`raw ${index}`).toString('base64'),
    ...over,
  };
}

function reading(deviceId: string, records: readonly AuditRecord[], over: Partial<AuditLogReading> = {}) {
  const at = new Date('2026-01-05T11:00:00Z');
  return { id: newId('log'), deviceId, at, purpose: 'pull', records, hash: 'abc', ...over } as const;
}

/** DeviceLogStore and AssetStore. */
export function deviceLogContract(theStore: TheStore): void {
  describe('audit logs of devices', () => {
    test('gives back what was kept, oldest first, nothing lost', async () => {
      const device = newId('dev');
      const odd: readonly AuditRecord[] = [
        record(1, { initiator: { kind: 'unknown', type: 9 }, address: null, details: [] }),
        record(2, { initiator: { kind: 'kerberos', sid: 'S-1-5-21-1' }, event: 'With \u0000 and \ud800 in it' }),
        record(3, { initiator: { kind: 'local' } }),
      ];
      expect(await theStore().deviceLogs.keep(reading(device, odd))).toBe(3);
      const kept = await theStore().deviceLogs.records(device, 10);
      expect(kept).toEqual(
        odd.map((each, at) => (at === 1 ? { ...each, event: 'With \ufffd and \ufffd in it' } : each)),
      );
      expect((await theStore().deviceLogs.records(device, 2)).map(({ index }) => index)).toEqual([2, 3]);
    });

    test('counts what is new; the same event twice in a second is two events', async () => {
      const device = newId('dev');
      const twice = [record(1), record(2, { raw: record(1).raw, at: record(1).at })];
      const keep = (records: readonly AuditRecord[]) => theStore().deviceLogs.keep(reading(device, records));
      expect(await keep(twice)).toBe(2);
      expect(await keep([...twice, record(3)])).toBe(1);
      // The oldest has been rolled over, so the others have moved up.
      expect(await keep([record(1), record(2, { raw: record(3).raw, at: record(3).at })])).toBe(0);
      expect(await theStore().deviceLogs.records(device, 10)).toHaveLength(3);
      expect(await keep([])).toBe(0);
    });

    test('the latest export counts, and pulls do not', async () => {
      const [one, two] = [newId('dev'), newId('dev')];
      const latest = () => theStore().deviceLogs.latestExports([one, two]);
      await theStore().deviceLogs.keep(reading(one, [record(1)]));
      expect(await latest()).toEqual([]);
      await theStore().deviceLogs.keep(reading(one, [record(1)], { purpose: 'export', hash: 'first' }));
      const second = reading(one, [record(1), record(2)], { purpose: 'export', hash: 'second' });
      await theStore().deviceLogs.keep(second);
      await theStore().deviceLogs.keep(reading(one, []));
      expect(await latest()).toEqual([
        {
          id: second.id,
          deviceId: one,
          at: second.at,
          purpose: 'export',
          records: 2,
          lastRecordAt: record(2).at,
          hash: 'second',
        },
      ]);
      await theStore().deviceLogs.keep(reading(two, [], { purpose: 'export' }));
      expect(await latest()).toHaveLength(2);
      expect((await latest()).find(({ deviceId }) => deviceId === two)).toMatchObject({
        records: 0,
        lastRecordAt: null,
      });
    });

    test('many at once are all durable, each told its own count', async () => {
      const devices = Array.from({ length: 60 }, () => newId('dev'));
      const counts = await Promise.all(
        devices.map((device, index) =>
          theStore().deviceLogs.keep(
            reading(
              device,
              Array.from({ length: index }, (_, at) => record(at + 1)),
              { purpose: 'export' },
            ),
          ),
        ),
      );
      expect(counts).toEqual(devices.map((_, index) => index));
      expect(await theStore().deviceLogs.latestExports(devices)).toHaveLength(60);
    });

    test('one that cannot be kept fails for its caller, and the next goes on', async () => {
      const device = newId('dev');
      const id = newId('log');
      await theStore().deviceLogs.keep(reading(device, [record(1)], { id }));
      await expect(theStore().deviceLogs.keep(reading(device, [record(2)], { id }))).rejects.toThrow();
      expect(await theStore().deviceLogs.keep(reading(device, [record(2)]))).toBe(1);
    });
  });

  describe('hardware of devices', () => {
    test('the latest is kept, many at once too', async () => {
      const devices = Array.from({ length: 30 }, () => newId('dev'));
      const assets = (model: string) => ({ model, processors: [], memory: [], disks: [], firmware: { AMT: '15.0' } });
      const at = (hour: number) => new Date(Date.UTC(2026, 0, 5, hour));
      await Promise.all(
        devices.map((deviceId) => theStore().assets.keep({ deviceId, at: at(10), assets: assets('old') })),
      );
      const [first = '', second = ''] = devices;
      await theStore().assets.keep({ deviceId: first, at: at(11), assets: assets('new') });
      await theStore().assets.keep({ deviceId: second, at: at(9), assets: assets('older') });
      const kept = new Map(
        (await theStore().assets.of([...devices, 'dev_unknown'])).map((each) => [each.deviceId, each]),
      );
      expect(kept.size).toBe(30);
      expect(kept.get(first)).toEqual({ deviceId: first, at: at(11), assets: assets('new') });
      expect(kept.get(second)?.assets.model).toBe('old');
    });
  });
}
