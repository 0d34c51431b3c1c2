import { describe, expect, test } from '@jest/globals';
import type { AmtStanding } from '../../../../src/discovery/amt-status.ts';
import type { NewScan, ScanFind } from '../../../../src/ports/discovery/scan-store.ts';
import type { TrailEntry } from '../../../../src/ports/trail/trail-store.ts';
import { itOps } from '../../../support/fixtures.ts';
import type { TheStore } from '../../store-contract.ts';
import { deviceInput, newId } from '../samples.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 0, 5, 10, n));
const provisioned: AmtStanding = { status: 'provisioned', subState: null, because: 'it lets us in' };
const closed: AmtStanding = { status: 'not-supported', subState: 'closed', because: 'it does not answer any more' };

/** ScanStore and AmtStatusStore. */
export function discoveryContract(theStore: TheStore): void {
  const entry = (kind: TrailEntry['kind']): TrailEntry => ({
    ...{ at: minute(0), kind, actor: 'ada', requestId: null, data: {} },
  });
  const scanOf = (rangeId: string): NewScan => ({
    ...{ id: newId('scan'), rangeId, cidr: '10.1.0.0/24', size: 256, askedBy: 'ada', conversation: itOps },
    ...{ cardId: newId('card'), stopAction: newId('act'), addAction: newId('act'), startedAt: minute(0) },
  });
  const begin = async (scan: NewScan) => {
    const view = { tone: 'working', title: 'Looking' } as const;
    const card = { id: scan.cardId, requestId: null, conversation: itOps, kind: 'notice', view } as const;
    return theStore().scans.begin(scan, card, entry('scan_started'));
  };
  const find = (address: string): ScanFind => ({
    ...{ address, deviceId: null, name: 'amt', fqdn: null, seenBy: 'presence ping', version: '15.0.23', tls: 'pinned' },
    ...{ fingerprint: 'ab'.repeat(32), credential: null, standing: provisioned },
  });

  describe('AMT status', () => {
    const keep = (deviceId: string, n: number, standing: AmtStanding) =>
      theStore().amtStatuses.keep([{ deviceId, at: minute(n), ...standing }]);

    test('changes go into the history, with since when; what was seen again does not, nor what is older', async () => {
      const id = newId('dev');
      await keep(id, 1, provisioned);
      await keep(id, 2, { ...provisioned, because: 'as before' });
      await keep(id, 4, closed);
      await keep(id, 3, provisioned);
      expect(await theStore().amtStatuses.of([id])).toEqual([
        { deviceId: id, at: minute(4), since: minute(4), ...closed },
      ]);
      expect(await theStore().amtStatuses.history(id, 10)).toEqual([
        { deviceId: id, at: minute(4), ...closed },
        { deviceId: id, at: minute(1), ...provisioned },
      ]);
      expect(await theStore().amtStatuses.history(id, 1)).toHaveLength(1);
    });
    test('a PC that nobody has looked at is unknown, and can be named by that', async () => {
      const name = newId('host');
      await theStore().inventory.importDevices([deviceInput(name)], () => newId('dev'));
      const called = async (value: string) =>
        (await theStore().inventory.select({ kind: 'status', value })).map((each) => each.name);
      expect(await called('unknown')).toContain(name);
      const [device] = await theStore().inventory.select({ kind: 'name', value: name });
      await keep(device?.id ?? '', 1, provisioned);
      expect(await called('unknown')).not.toContain(name);
      expect(await called('provisioned')).toContain(name);
      expect((await theStore().amtStatuses.counts()).provisioned).toBeGreaterThan(0);
    });
    test('log-ins are bounded, however many ask at once', async () => {
      const address = newId('address');
      const take = () => theStore().amtStatuses.takeLogIn(address, 'lab', minute(5), minute(0), 3);
      const taken = await Promise.all(Array.from({ length: 10 }, take));
      expect(taken.filter((each) => each)).toHaveLength(3);
      expect(await theStore().amtStatuses.takeLogIn(address, 'lab', minute(70), minute(10), 3)).toBe(true);
    });
  });

  describe('scans', () => {
    test('one of a range is open at a time, and its card is kept with it', async () => {
      const rangeId = newId('range');
      const scan = scanOf(rangeId);
      expect(await Promise.all([begin(scan), begin(scanOf(rangeId))])).toEqual(expect.arrayContaining([true, false]));
      const open = await theStore().scans.open();
      expect(open.length).toBeGreaterThan(0);
    });
    test('what is found stays, is not counted twice, and is in the order of addresses', async () => {
      const scan = scanOf(newId('range'));
      await begin(scan);
      await theStore().scans.advance(scan.id, 128, [find('10.1.0.10'), find('10.1.0.9')], 1);
      // A second worker after a crash.
      await theStore().scans.advance(scan.id, 128, [find('10.1.0.9')], 1);
      expect((await theStore().scans.finds(scan.id)).map(({ address }) => address)).toEqual(['10.1.0.9', '10.1.0.10']);
      expect(await theStore().scans.get(scan.id)).toMatchObject({ cursor: 128, foreignControllers: 1, endedAt: null });
    });
    test('stopped and ended once; what is new is taken once, after the end', async () => {
      const { scans } = theStore();
      const scan = scanOf(newId('range'));
      await begin(scan);
      expect(await scans.takeNew(scan.id, 'ada')).toBe(false);
      expect(await scans.stop(scan.id, 'ada', entry('scan_stopped'))).toBe(true);
      expect(await scans.stop(scan.id, 'ben', entry('scan_stopped'))).toBe(false);
      expect(await scans.end(scan.id, minute(1), ['gone'], entry('scan_ended'))).toBe(true);
      expect(await scans.end(scan.id, minute(2), [], entry('scan_ended'))).toBe(false);
      expect(await scans.get(scan.id)).toMatchObject({ stopBy: 'ada', endedAt: minute(1), disappeared: ['gone'] });
      const taken = await Promise.all([scans.takeNew(scan.id, 'ada'), scans.takeNew(scan.id, 'ben')]);
      expect(taken.filter((each) => each)).toHaveLength(1);
      await scans.giveBack(scan.id);
      expect(await scans.takeNew(scan.id, 'ben')).toBe(true);
    });
    test('PCs by address range and by name: a host name is no address', async () => {
      const [inside, outside, named] = [newId('in'), newId('out'), newId('named')];
      await theStore().inventory.importDevices(
        [
          deviceInput(inside, { host: '10.77.1.9' }),
          deviceInput(outside, { host: '10.77.2.9' }),
          deviceInput(named, { host: '10.77.1.example', fqdn: 'Named.Example' }),
        ],
        () => newId('dev'),
      );
      expect((await theStore().scans.devicesWithin('10.77.1.0/24')).map(({ name }) => name)).toEqual([inside]);
      expect(
        (await theStore().scans.devicesCalled(['named.example', '10.77.2.9'])).map(({ name }) => name).sort(),
      ).toEqual([named, outside].sort());
    });
  });
}
