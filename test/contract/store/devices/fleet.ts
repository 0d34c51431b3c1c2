import { describe, expect, test } from '@jest/globals';
import type { AmtStatus } from '../../../../src/ports/discovery/amt-status-store.ts';
import type { TheStore } from '../../store-contract.ts';
import { deviceInput, fleet, idsOf, newId, outcome, startedRun } from '../samples.ts';

const minute = (n: number) => new Date(Date.UTC(2026, 0, 5, 10, n));

/** FleetStore. */
export function fleetContract(theStore: TheStore): void {
  const keep = (deviceId: string, status: AmtStatus, at: Date) =>
    theStore().amtStatuses.keep([{ deviceId, at, status, subState: null, because: 'seen' }]);

  describe('the fleet', () => {
    test('is counted by site and AMT status; a PC that nobody has looked at is unknown', async () => {
      const site = newId('site');
      const devices = await fleet(theStore(), 5, site);
      const [a = '', b = '', c = ''] = devices.map(({ id }) => id);
      await keep(a, 'provisioned', minute(1));
      await keep(b, 'provisioned', minute(1));
      await keep(c, 'detected', minute(1));
      const counted = (await theStore().fleet.bySite(null)).filter((each) => each.site === site);
      expect(counted).toEqual([{ site, devices: 5, on: 0, statuses: { provisioned: 2, detected: 1, unknown: 2 } }]);
      expect(await theStore().fleet.bySite(site.toUpperCase())).toEqual(counted);
      expect(await theStore().fleet.bySite(newId('nowhere'))).toEqual([]);
    });

    test('sites that differ in case are one', async () => {
      const site = newId('Site');
      const name = newId('host');
      await theStore().inventory.importDevices(
        [deviceInput(name, { site }), deviceInput(`${name}-b`, { site: site.toUpperCase() })],
        () => newId('dev'),
      );
      const counted = (await theStore().fleet.bySite(null)).filter(
        (each) => each.site.toLowerCase() === site.toLowerCase(),
      );
      expect(counted.map(({ devices }) => devices)).toEqual([2]);
      expect(await theStore().fleet.list({ site: site.toLowerCase(), status: null, limit: 9, offset: 0 })).toHaveLength(
        2,
      );
    });

    test('is listed in natural order, a part at a time, of one status or of all', async () => {
      const site = newId('site');
      const devices = await fleet(theStore(), 12, site);
      const list = (status: AmtStatus | null, limit: number, offset: number) =>
        theStore().fleet.list({ site, status, limit, offset });
      const namesOf = async (...args: Parameters<typeof list>) => (await list(...args)).map(({ name }) => name);
      const all = Array.from({ length: 12 }, (_, index) => `${site}-host${index + 1}`);
      expect([...(await namesOf(null, 10, 0)), ...(await namesOf(null, 10, 10))]).toEqual(all);
      expect(await list(null, 10, 20)).toEqual([]);
      const last = devices.at(-1)?.id ?? '';
      await keep(last, 'detected', minute(2));
      const seen = { name: all[11], status: 'detected', subState: null, since: minute(2) };
      const rest = { powerState: null, amtVersion: null, seenAt: null };
      expect(await list('detected', 10, 0)).toEqual([{ ...seen, ...rest }]);
      expect(await namesOf('unknown', 20, 0)).toEqual(all.slice(0, 11));
    });

    test('a name that looks like SQL is a name', async () => {
      const site = `${newId('site')}'; drop table oob.device; --`;
      await fleet(theStore(), 1, site);
      expect(await theStore().fleet.list({ site, status: null, limit: 9, offset: 0 })).toHaveLength(1);
    });
  });

  describe('one PC', () => {
    test('what it said of itself last, and how it compared', async () => {
      const deviceId = newId('dev');
      expect(await theStore().fleet.standing(deviceId)).toEqual({ status: null, compared: null });
      const said = {
        at: minute(3),
        provisioningState: 'post' as const,
        controlMode: 'admin' as const,
        certificateExpiresAt: minute(59),
        auditLogFullPercent: 40,
      };
      await theStore().standings.keepStatus({ deviceId, ...said });
      expect(await theStore().fleet.standing(deviceId)).toEqual({ status: said, compared: null });
      await theStore().standings.keepDrift({ deviceId, at: minute(4), drifts: 2 });
      expect(await theStore().fleet.standing(deviceId)).toEqual({
        status: said,
        compared: { at: minute(4), drifts: 2 },
      });
    });

    test('how tasks on it ended, the newest first; one that is not over is left out', async () => {
      const devices = await fleet(theStore(), 1);
      const [{ id, site } = { id: '', site: '' }] = devices;
      const claim = async (n: number) => {
        const run = await startedRun(theStore(), devices);
        idsOf(await theStore().runs.claim(run, newId('worker'), [{ site, room: 9 }], true, minute(n)));
        return run;
      };
      const first = await claim(1);
      await theStore().runs.record(first, [outcome(id)], minute(2));
      const second = await claim(3);
      expect(await theStore().fleet.outcomes(id, 9)).toHaveLength(1);
      await theStore().runs.record(second, [outcome(id, { status: 'failed', code: 'unreachable' })], minute(4));
      const ended = await theStore().fleet.outcomes(id, 9);
      expect(ended.map(({ status, code, endedAt }) => [status, code, endedAt])).toEqual([
        ['failed', 'unreachable', minute(4)],
        ['ok', 'done', minute(2)],
      ]);
      const request = (await theStore().runs.get(second))?.requestId;
      expect(ended[0]).toMatchObject({ operation: 'power-on', requestId: request });
      expect(await theStore().fleet.outcomes(id, 1)).toHaveLength(1);
    });
  });
}
