import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../../store-contract.ts';
import { fleet, idsOf, newId, outcome, startedRun } from '../samples.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute));

/** What the store remembers of a PC when somebody asks why it did not wake. */
export function wakeHistoryContract(theStore: TheStore): void {
  describe('wake history', () => {
    const endWith = async (
      devices: Awaited<ReturnType<typeof fleet>>,
      minute: number,
      over: Parameters<typeof outcome>[1],
    ) => {
      const run = await startedRun(theStore(), devices);
      const site = devices[0]?.site ?? '';
      const ids = idsOf(await theStore().runs.claim(run, newId('worker'), [{ site, room: 9 }], true, at(minute)));
      await theStore().runs.record(
        run,
        ids.map((id) => outcome(id, over)),
        at(minute),
      );
    };

    test('the last outcome of an operation, the last fact of one that went well, and neither of another PC', async () => {
      const devices = await fleet(theStore(), 2);
      const [first, second] = devices;
      if (!first || !second) throw new Error('no fleet');
      const { wakeHistory } = theStore();
      const operations = ['power-on', 'power-off'] as const;
      expect(await wakeHistory.lastOutcome(first.id, operations)).toBeNull();
      expect(await wakeHistory.lastFact(first.id, 'linkPolicy')).toBeNull();
      await endWith([first], 1, { facts: { linkPolicy: 's0-ac' } });
      await endWith([first], 2, { facts: { linkPolicy: '' } });
      await endWith([first], 3, { status: 'failed', code: 'stayed_dark', evidence: ['8'], facts: { linkPolicy: 'x' } });
      await endWith([first], 4, { status: 'failed', code: 'device_busy' });
      await endWith([second], 5, { code: 'done', facts: { linkPolicy: 'sx-ac' } });
      expect(await wakeHistory.lastOutcome(first.id, operations)).toMatchObject({
        status: 'failed',
        code: 'stayed_dark',
        evidence: ['8'],
        endedAt: at(3),
      });
      expect(await wakeHistory.lastOutcome(first.id, ['sync-time'])).toBeNull();
      expect(await wakeHistory.lastFact(first.id, 'linkPolicy')).toEqual({ value: '', at: at(2) });
      expect(await wakeHistory.lastFact(first.id, 'powerPackage')).toBeNull();
    });

    test('the UUID of the hardware that was read last', async () => {
      const [device] = await fleet(theStore(), 1);
      const deviceId = device?.id ?? '';
      const assets = { processors: [], memory: [], disks: [], firmware: {}, systemUuid: 'u-1' };
      expect(await theStore().wakeHistory.systemUuid(deviceId)).toBeNull();
      await theStore().assets.keep({ deviceId, at: at(1), assets });
      expect(await theStore().wakeHistory.systemUuid(deviceId)).toBe('u-1');
    });

    test('neighbours: by address or by site, never the PC itself, as many as wanted', async () => {
      const site = newId('site');
      const octet = Math.floor(Math.random() * 200);
      const row = (name: string, host: string) => ({
        ...({ name, host, site, groups: [], tls: 'none', credential: 'lab' } as const),
        ...({ fqdn: null, port: null, mac: null, certificateFingerprint: null } as const),
      });
      const names = ['a', 'b', 'c', 'd'].map((letter) => `${site}-${letter}`);
      const hosts = [`10.77.${octet}.1`, `10.77.${octet}.2`, `10.77.${octet}.3`, `10.78.${octet}.4`];
      await theStore().inventory.importDevices(
        names.map((name, n) => row(name, hosts[n] ?? '')),
        () => newId('dev'),
      );
      const targets = await theStore().inventory.select({ kind: 'site', value: site });
      const [own] = await theStore().inventory.devices(targets.slice(0, 1).map(({ id }) => id));
      if (!own) throw new Error('nothing was imported');
      const found = async (subnet: string | null, limit: number) =>
        (await theStore().wakeHistory.neighbours(own, subnet, limit)).map(({ name }) => name);
      expect(await found(`10.77.${octet}.`, 9)).toEqual(names.slice(1, 3));
      expect(await found(`10.77.${octet}.`, 1)).toEqual(names.slice(1, 2));
      expect(await found(null, 9)).toEqual(names.slice(1));
    });
  });
}
