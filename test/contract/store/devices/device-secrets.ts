import { describe, expect, test } from '@jest/globals';
import { deviceSecretKinds } from '../../../../src/ports/provisioning/device-secrets.ts';
import type { TheStore } from '../../store-contract.ts';
import { fleet, newId } from '../samples.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute));

/** DeviceSecretStore. */
export function deviceSecretContract(theStore: TheStore): void {
  describe('passwords of single devices', () => {
    const secrets = () => theStore().deviceSecrets;
    const admin = (password: string) => ({ user: 'admin', password });

    test('one that is proposed is beside the one in force until it is confirmed', async () => {
      const id = newId('dev');
      await secrets().ready();
      expect(await secrets().inForce(id, 'administrator')).toBeNull();
      expect(await secrets().confirm(id, 'administrator', at(0))).toBe(false);
      expect(await secrets().propose(id, 'administrator', admin('Pässw0rd!1'), at(1))).toEqual({
        ...admin('Pässw0rd!1'),
        setAt: at(1),
      });
      expect(await secrets().inForce(id, 'administrator')).toBeNull();
      expect(await secrets().confirm(id, 'administrator', at(2))).toBe(true);
      expect(await secrets().inForce(id, 'administrator')).toEqual({ ...admin('Pässw0rd!1'), setAt: at(2) });
      expect(await secrets().proposed(id, 'administrator')).toBeNull();
      for (const [minute, password] of [
        [3, 'second'],
        [5, 'third'],
      ] as const) {
        await secrets().propose(id, 'administrator', admin(password), at(minute));
        expect((await secrets().inForce(id, 'administrator'))?.password).not.toBe(password);
        expect((await secrets().proposed(id, 'administrator'))?.password).toBe(password);
        expect(await secrets().confirm(id, 'administrator', at(minute + 1))).toBe(true);
        expect((await secrets().inForce(id, 'administrator'))?.password).toBe(password);
      }
    });

    test('proposed twice, also at the same time, it is the first one for everybody', async () => {
      const id = newId('dev');
      const words = Array.from({ length: 12 }, (_, index) => `word ${index}`);
      const given = await Promise.all(
        words.map((word) => secrets().propose(id, 'mebx', { user: '', password: word }, at(1))),
      );
      const [first] = given;
      expect(words).toContain(first?.password);
      expect(new Set(given.map(({ password }) => password)).size).toBe(1);
      expect(await secrets().propose(id, 'mebx', { user: '', password: 'later' }, at(2))).toEqual(first);
      expect(await secrets().proposed(id, 'mebx')).toEqual(first);
    });

    test('one that was withdrawn was never there, and the one in force stays', async () => {
      const id = newId('dev');
      await secrets().propose(id, 'administrator', admin('old'), at(1));
      await secrets().confirm(id, 'administrator', at(1));
      await secrets().propose(id, 'administrator', admin('refused'), at(2));
      expect(await secrets().withdraw(id, 'administrator')).toBe(true);
      expect(await secrets().withdraw(id, 'administrator')).toBe(false);
      expect(await secrets().confirm(id, 'administrator', at(3))).toBe(false);
      expect(await secrets().inForce(id, 'administrator')).toEqual({ ...admin('old'), setAt: at(1) });
      expect((await secrets().propose(id, 'administrator', admin('next'), at(4))).password).toBe('next');
    });

    test('of confirmations and withdrawals at the same time one counts', async () => {
      const id = newId('dev');
      for (let round = 0; round < 5; round += 1) {
        await secrets().propose(id, 'administrator', admin(`round ${round}`), at(round));
        const before = (await secrets().inForce(id, 'administrator'))?.password ?? null;
        const [withdrawn, ...confirmed] = await Promise.all([
          secrets().withdraw(id, 'administrator'),
          secrets().confirm(id, 'administrator', at(round)),
          secrets().confirm(id, 'administrator', at(round)),
        ]);
        expect([withdrawn, ...confirmed].filter(Boolean)).toHaveLength(1);
        const after = (await secrets().inForce(id, 'administrator'))?.password ?? null;
        expect(after).toBe(withdrawn ? before : `round ${round}`);
      }
    });

    test('each kind of each device has its own; all are forgotten together', async () => {
      const [id, other] = [newId('dev'), newId('dev')];
      for (const kind of deviceSecretKinds)
        for (const device of [id, other]) {
          await secrets().propose(device, kind, { user: 'u', password: `${kind} of ${device}` }, at(1));
          await secrets().confirm(device, kind, at(1));
          await secrets().propose(device, kind, { user: 'u', password: 'next' }, at(2));
        }
      const all = await Promise.all(deviceSecretKinds.map((kind) => secrets().inForce(id, kind)));
      expect(all.map((secret) => secret?.password)).toEqual(deviceSecretKinds.map((kind) => `${kind} of ${id}`));
      await secrets().forget(id);
      for (const kind of deviceSecretKinds) {
        expect([await secrets().inForce(id, kind), await secrets().proposed(id, kind)]).toEqual([null, null]);
        expect((await secrets().inForce(other, kind))?.password).toBe(`${kind} of ${other}`);
      }
    });

    test('what the device keeps can be kept; of it only the one in force', async () => {
      const id = newId('dev');
      for (const kind of ['administrator', 'mebx'] as const) {
        await secrets().propose(id, kind, admin('kept'), at(1));
        await secrets().confirm(id, kind, at(1));
        await secrets().propose(id, kind, admin('next'), at(2));
      }
      await secrets().forget(id, ['mebx']);
      expect(await secrets().inForce(id, 'administrator')).toBeNull();
      expect(await secrets().inForce(id, 'mebx')).toMatchObject({ password: 'kept' });
      expect(await secrets().proposed(id, 'mebx')).toBeNull();
    });

    test('passwords of provisioned PCs are due after their days, of nobody else', async () => {
      const [old, fresh, foreign] = await fleet(theStore(), 3);
      if (!old || !fresh || !foreign) throw new Error('no devices');
      const day = 86_400_000;
      for (const [{ id }, days] of [
        [old, 29],
        [fresh, 27],
        [foreign, 99],
      ] as const) {
        await secrets().propose(id, 'administrator', admin('x'), new Date());
        await secrets().confirm(id, 'administrator', new Date(Date.now() - days * day));
        const { version } = await theStore().provisionings.begin({
          deviceId: id,
          mode: 'remote',
          requestId: null,
          at: at(0),
        });
        const state = id === foreign.id ? 'removed' : 'provisioned';
        await theStore().provisionings.change(id, version, { state }, at(1));
      }
      const due = (await theStore().inventory.select({ kind: 'due', value: 'passwords' })).map(({ id }) => id);
      expect([old, fresh, foreign].filter(({ id }) => due.includes(id))).toEqual([old]);
      expect((await secrets().setBefore(new Date(), 999)).map(({ deviceId }) => deviceId)).not.toContain(foreign.id);
    });

    test('users and passwords may hold anything', async () => {
      const id = newId('dev');
      const odd = { user: "PC'1$", password: '\u0000\\"\ud83d\udd11\n%s' };
      expect(await secrets().propose(id, 'directory', odd, at(1))).toMatchObject(odd);
      expect(await secrets().proposed(id, 'directory')).toMatchObject(odd);
    });

    test('administrators that were set long ago are told, oldest first', async () => {
      const ids = [newId('dev'), newId('dev'), newId('dev')];
      const long = (day: number) => new Date(Date.UTC(2001, 0, day));
      for (const [index, id] of ids.entries()) {
        await secrets().propose(id, 'administrator', admin('x'), long(1));
        if (index < 2) await secrets().confirm(id, 'administrator', long(9 - index));
        await secrets().propose(id, 'mebx', { user: '', password: 'x' }, long(1));
        await secrets().confirm(id, 'mebx', long(1));
      }
      expect(await secrets().setBefore(long(10), 9)).toEqual([
        { deviceId: ids[1], setAt: long(8) },
        { deviceId: ids[0], setAt: long(9) },
      ]);
      expect(await secrets().setBefore(long(9), 9)).toEqual([{ deviceId: ids[1], setAt: long(8) }]);
      expect(await secrets().setBefore(long(10), 1)).toHaveLength(1);
    });

    test('the digest is told of old ones by name and site; configured credentials and other kinds are not its matter', async () => {
      const [pc, other, elsewhere] = [...(await fleet(theStore(), 2)), ...(await fleet(theStore(), 1))];
      if (!pc || !other || !elsewhere) throw new Error('no devices');
      const day = (n: number) => new Date(Date.UTC(2002, 0, n));
      for (const [{ id }, n] of [
        [pc, 5],
        [other, 3],
        [elsewhere, 1],
      ] as const)
        for (const kind of ['administrator', 'mebx'] as const) {
          await secrets().propose(id, kind, admin('x'), day(n));
          await secrets().confirm(id, kind, day(n));
        }
      await secrets().propose(pc.id, 'administrator', admin('next'), day(1));
      const ages = theStore().devicePasswordAges;
      const aged = (device: typeof pc, n: number) => ({ of: device.name, where: device.site, setAt: day(n) });
      expect(await ages(day(5), [pc.site.toUpperCase()], 9)).toEqual({
        total: 2,
        due: { items: [aged(other, 3)], total: 1 },
        unknown: [],
      });
      expect((await ages(day(9), [pc.site], 1)).due).toEqual({ items: [aged(other, 3)], total: 2 });
      expect((await ages(day(9), null, 999)).due.items).toEqual(
        expect.arrayContaining([aged(pc, 5), aged(other, 3), aged(elsewhere, 1)]),
      );
    });
  });
}
