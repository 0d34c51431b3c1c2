import { describe, expect, test } from '@jest/globals';
import type { Provisioning, ProvisioningWish } from '../../../../src/ports/provisioning/provisioning-store.ts';
import type { TheStore } from '../../store-contract.ts';
import { newId } from '../samples.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute));

/** ProvisioningStore. */
export function provisioningContract(theStore: TheStore): void {
  describe('provisionings', () => {
    const store = () => theStore().provisionings;
    const begin = (over: Partial<ProvisioningWish> = {}) =>
      store().begin({ deviceId: newId('dev'), mode: 'remote', requestId: 'req_1', at: at(0), ...over });
    const some = (record: Provisioning | null): Provisioning => {
      if (!record) throw new Error('somebody else was faster');
      return record;
    };

    test('a record begins empty, and walks from attempt to done', async () => {
      const first = await begin();
      const id = first.deviceId;
      expect(first).toEqual({
        deviceId: id,
        mode: 'remote',
        state: 'under-way',
        version: 1,
        requestId: 'req_1',
        done: [],
        attempt: null,
        facts: {},
        failure: null,
        startedAt: at(0),
        changedAt: at(0),
      });
      const tried = some(await store().attempt(id, 1, 'meet', at(1)));
      expect(tried).toMatchObject({ version: 2, attempt: { step: 'meet', at: at(1) }, done: [], changedAt: at(1) });
      const met = some(await store().done(id, 2, 'meet', { chain: 'a', factoryFingerprint: 'ff' }, at(2)));
      expect(met).toMatchObject({ version: 3, attempt: null, done: ['meet'], startedAt: at(0) });
      const kept = some(await store().done(id, 3, 'keep-secrets', { chain: 'b' }, at(3)));
      expect(kept).toMatchObject({ done: ['meet', 'keep-secrets'], facts: { chain: 'b', factoryFingerprint: 'ff' } });
      expect(some(await store().done(id, 4, 'meet', {}, at(4))).done).toEqual(['keep-secrets', 'meet']);
      expect(await store().get(id)).toMatchObject({ version: 5 });
      expect(await store().get(newId('dev'))).toBeNull();
    });

    test('of many who go on from the same version one does; nothing of the others is kept', async () => {
      const { deviceId } = await begin();
      const tries = await Promise.all([
        ...['set-clock', 'commit', 'tls'].map((step) =>
          store().attempt(deviceId, 1, step === 'tls' ? 'tls' : step === 'commit' ? 'commit' : 'set-clock', at(1)),
        ),
        store().done(deviceId, 1, 'kerberos', { keyVersion: '2' }, at(1)),
        store().change(deviceId, 1, { state: 'awaiting-agent' }, at(1)),
      ]);
      const winners = tries.filter((each) => each !== null);
      expect(winners).toHaveLength(1);
      expect(await store().get(deviceId)).toEqual(winners[0]);
      expect(await store().attempt(deviceId, 1, 'verify', at(2))).toBeNull();
      expect(await store().change(newId('dev'), 1, { state: 'removed' }, at(2))).toBeNull();
    });

    test('a failure stops it and leaves the attempt open; what is not named stays; done takes both away', async () => {
      const { deviceId: id } = await begin();
      await store().attempt(id, 1, 'commit', at(1));
      const failure = { step: 'commit', code: 'no_answer', evidence: ['quote " and \u0000', 'é'] } as const;
      const stopped = some(await store().change(id, 2, { state: 'stopped', failure }, at(2)));
      expect(stopped).toMatchObject({
        state: 'stopped',
        attempt: { step: 'commit', at: at(1) },
        failure: { step: 'commit', code: 'no_answer', evidence: ['quote " and \ufffd', 'é'] },
      });
      const noted = some(await store().change(id, 3, { facts: { domain: 'lab' } }, at(3)));
      expect(noted).toMatchObject({ state: 'stopped', failure: { code: 'no_answer' }, facts: { domain: 'lab' } });
      expect(some(await store().change(id, 4, { failure: null }, at(4)))).toMatchObject({
        failure: null,
        state: 'stopped',
      });
      await store().change(id, 5, { failure }, at(5));
      expect(some(await store().done(id, 6, 'commit', {}, at(6)))).toMatchObject({ attempt: null, failure: null });
    });

    test('begun again after a failure it goes on: what is done and attempted stays, in its mode', async () => {
      const { deviceId: id } = await begin();
      await store().done(id, 1, 'meet', { chain: 'a' }, at(1));
      await store().attempt(id, 2, 'set-administrator', at(2));
      await store().change(
        id,
        3,
        { state: 'stopped', failure: { step: 'set-administrator', code: 'x', evidence: [] } },
        at(3),
      );
      expect(await begin({ deviceId: id, mode: 'in-band', requestId: 'req_2', at: at(9) })).toEqual({
        deviceId: id,
        mode: 'remote',
        state: 'under-way',
        version: 5,
        requestId: 'req_2',
        done: ['meet'],
        attempt: { step: 'set-administrator', at: at(2) },
        facts: { chain: 'a' },
        failure: null,
        startedAt: at(0),
        changedAt: at(9),
      });
      expect(await store().done(id, 4, 'set-administrator', {}, at(10))).toBeNull();
    });

    test('the mode may be another one as long as nothing was tried that changes the device', async () => {
      const { deviceId: id } = await begin();
      await store().done(id, 1, 'keep-secrets', {}, at(1));
      await store().attempt(id, 2, 'meet', at(2));
      expect((await begin({ deviceId: id, mode: 'in-band' })).mode).toBe('in-band');
      await store().attempt(id, 4, 'set-up-client', at(2));
      expect((await begin({ deviceId: id, mode: 'remote' })).mode).toBe('in-band');
    });

    test.each(['provisioned', 'removed'] as const)(
      'one that is %s begins anew, and its version goes on',
      async (state) => {
        const { deviceId: id } = await begin();
        await store().done(id, 1, 'commit', { chain: 'a' }, at(1));
        await store().attempt(id, 2, 'verify', at(1));
        await store().change(id, 3, { state }, at(2));
        expect(await begin({ deviceId: id, mode: 'in-band', requestId: null, at: at(9) })).toEqual({
          deviceId: id,
          mode: 'in-band',
          state: 'under-way',
          version: 5,
          requestId: null,
          done: [],
          attempt: null,
          facts: {},
          failure: null,
          startedAt: at(9),
          changedAt: at(9),
        });
      },
    );

    test('one that is being removed is not begun', async () => {
      const { deviceId: id } = await begin();
      const removing = await store().change(id, 1, { state: 'removing' }, at(1));
      expect(await begin({ deviceId: id, at: at(9) })).toEqual(removing);
    });

    test('begun by many at once there is one record', async () => {
      const deviceId = newId('dev');
      const begun = await Promise.all(Array.from({ length: 8 }, () => begin({ deviceId })));
      expect(begun.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    test('many are read at once, and counted by state', async () => {
      const ids = [newId('dev'), newId('dev'), newId('dev')].toSorted();
      const before = await store().counts();
      for (const deviceId of ids.slice(0, 2)) await begin({ deviceId });
      await store().change(ids[1] ?? '', 1, { state: 'awaiting-agent' }, at(1));
      expect((await store().of(ids.toReversed())).map(({ deviceId }) => deviceId)).toEqual(ids.slice(0, 2));
      expect(await store().counts()).toEqual({
        ...before,
        'under-way': before['under-way'] + 1,
        'awaiting-agent': before['awaiting-agent'] + 1,
      });
    });
  });
}
