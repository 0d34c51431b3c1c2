import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ReceivedHello } from '../../../../src/ports/hello/hello.ts';
import type { HelloLimits } from '../../../../src/ports/hello/hello-store.ts';
import type { TrailEntry } from '../../../../src/ports/trail/trail-store.ts';
import { noteHello } from '../../../../src/provisioning/hello/note-hello.ts';
import type { TheStore } from '../../store-contract.ts';
import { deviceInput, newId } from '../samples.ts';

const at = new Date('2026-01-05T10:00:00Z');
const limits: HelloLimits = { mostUnknown: 1_000, staleBefore: new Date('2025-12-01T00:00:00Z') };

/** HelloStore. */
export function helloContract(theStore: TheStore): void {
  describe('hellos', () => {
    const hello = (over: Partial<ReceivedHello> = {}): ReceivedHello => ({
      version: 3,
      uuid: randomUUID(),
      credentialsSet: true,
      retries: 4_294_967_295,
      pid: null,
      roots: [{ kind: 'sha256', hex: 'ab'.repeat(32) }],
      address: '10.1.0.5',
      at,
      ...over,
    });
    const note = (said: ReceivedHello, within = limits) => theStore().hellos.note(said, noteHello, within);
    const entry = (kind: TrailEntry['kind']): TrailEntry => ({
      at,
      kind,
      actor: newId('ada'),
      requestId: null,
      data: {},
    });
    const accept = (uuid: string, name = newId('host')) =>
      theStore().hellos.accept({
        uuid,
        deviceId: newId('dev'),
        device: deviceInput(name, { host: 'ignored', uuid }),
        entry: entry('host_accepted'),
      });
    const unknownUuids = async () => (await theStore().hellos.overview(2_000)).records.map(({ uuid }) => uuid);

    test('what was said comes back, counted', async () => {
      const first = hello();
      expect(await note(first)).toMatchObject({ kind: 'noted', isNew: true, isNewlyDoubted: false });
      const later = new Date(at.getTime() + 60_000);
      await note({ ...first, at: later, retries: 1 });
      const { at: _at, ...said } = first;
      expect(await theStore().hellos.get(first.uuid)).toEqual({
        ...said,
        retries: 1,
        seen: 2,
        firstSeenAt: at,
        lastSeenAt: later,
        sources: [{ address: '10.1.0.5', kind: expect.stringMatching(/^[0-9a-f]{64}$/), lastSeenAt: later }],
        doubt: null,
      });
      expect(await theStore().hellos.get(randomUUID())).toBeNull();
    });

    test('those that begin alike are found by their beginning, in order, counted', async () => {
      const rests = ['1', '2', '3'].map((n) => `-0042-3510-8054-b4c04f4e4d3${n}`);
      const start = randomUUID().slice(0, 8);
      const uuids = rests.map((rest) => `${start}${rest}`);
      for (const uuid of [...uuids].reverse()) await note(hello({ uuid }));
      const { hellos } = theStore();
      expect(await hellos.beginningWith(start, 2)).toEqual({ uuids: uuids.slice(0, 2), total: 3 });
      expect(await hellos.beginningWith(uuids[1] ?? '', 2)).toEqual({ uuids: [uuids[1]], total: 1 });
      expect(await hellos.beginningWith(`${start}_`, 2)).toEqual({ uuids: [], total: 0 });
      expect(await hellos.beginningWith(`${start}%`, 2)).toEqual({ uuids: [], total: 0 });
    });

    test('many at once are all counted, first ones too', async () => {
      const said = hello();
      const noted = await Promise.all(Array.from({ length: 8 }, () => note(said)));
      expect(noted.filter((each) => each.kind === 'noted' && each.isNew)).toHaveLength(1);
      expect(await theStore().hellos.get(said.uuid)).toMatchObject({ seen: 8 });
    });

    test('a doubt is new once', async () => {
      const { uuid } = hello();
      const places = ['10.1.0.5', '10.1.0.6', '10.1.0.5', '10.1.0.6'];
      const doubted = [];
      for (const [index, address] of places.entries()) {
        const noted = await note(hello({ uuid, address, at: new Date(at.getTime() + index) }));
        doubted.push(noted.kind === 'noted' && noted.isNewlyDoubted);
      }
      expect(doubted).toEqual([false, false, true, false]);
      expect(await accept(uuid)).toBe('hello_doubtful');
    });

    test('there is room for so many unknown ones; those of the inventory always have room; stale ones make some', async () => {
      const { total } = await theStore().hellos.overview(1);
      const full = { ...limits, mostUnknown: total + 1 };
      const old = hello({ at: new Date('2025-11-01T00:00:00Z') });
      expect(await note(old, full)).toMatchObject({ kind: 'noted' });
      expect(await note(hello(), { ...full, staleBefore: new Date(0) })).toEqual({ kind: 'full' });
      const known = hello();
      await theStore().inventory.importDevices([deviceInput(newId('host'), { uuid: known.uuid })], () => newId('dev'));
      expect(await note(known, { ...full, staleBefore: new Date(0) })).toMatchObject({ kind: 'noted' });
      expect(await note(hello(), full)).toMatchObject({ kind: 'noted' });
      expect(await theStore().hellos.get(old.uuid)).toBeNull();
    });

    test('an accepted PC is in the inventory at the address that it spoke from, and not new any more', async () => {
      const said = hello({ address: '10.9.9.9' });
      await note(said);
      expect(await unknownUuids()).toContain(said.uuid);
      const name = newId('host');
      expect(await accept(said.uuid, name)).toBe('accepted');
      const [target] = await theStore().inventory.select({ kind: 'name', value: name });
      const [device] = await theStore().inventory.devices([target?.id ?? '']);
      expect(device).toMatchObject({ name, host: '10.9.9.9', uuid: said.uuid });
      expect(await unknownUuids()).not.toContain(said.uuid);
      expect(await accept(said.uuid)).toBe('hello_known');
    });

    test('nobody is accepted twice, unheard of, or under a name that is taken; the trail has what was', async () => {
      const [one, other] = [hello(), hello()];
      await note(one);
      await note(other);
      const trailed = async () => {
        const head = await theStore().trail.head();
        const entries = await theStore().trail.read((head?.sequence ?? 0) - 10, 10);
        return entries.filter(({ kind }) => kind === 'host_accepted').length;
      };
      expect(await accept(randomUUID())).toBe('hello_unknown');
      const name = newId('host');
      const both = await Promise.all([accept(one.uuid, name), accept(other.uuid, name.toUpperCase())]);
      expect([...both].sort()).toEqual(['accepted', 'name_taken']);
      expect(await trailed()).toBeGreaterThan(0);
    });

    test('PCs of the inventory that are not told apart any more are named', async () => {
      const [shared, doubted] = [hello(), hello()];
      const names = ['host2', 'host10', 'host1'].map((name) => `${newId('x')}-${name}`);
      const uuids = [shared.uuid, shared.uuid, doubted.uuid];
      const rows = names.map((name, index) => deviceInput(name, { uuid: uuids[index] ?? '' }));
      await theStore().inventory.importDevices(rows, () => newId('dev'));
      await note(shared);
      for (const address of ['10.1.0.5', '10.1.0.6', '10.1.0.5']) await note({ ...doubted, address });
      const { doubted: found } = await theStore().hellos.overview(2_000);
      expect(found).toEqual(
        expect.arrayContaining([
          { uuid: shared.uuid, names: expect.arrayContaining(names.slice(0, 2)), doubt: 'shared' },
          { uuid: doubted.uuid, names: names.slice(2), doubt: 'interleaved' },
        ]),
      );
    });

    test('what is forgotten begins anew', async () => {
      const said = hello();
      await note(said);
      expect(await theStore().hellos.forget(said.uuid, entry('hello_forgotten'))).toBe(true);
      expect(await theStore().hellos.forget(said.uuid, entry('hello_forgotten'))).toBe(false);
      expect(await note(said)).toMatchObject({ isNew: true });
    });

    test('an import without UUIDs keeps those that are known', async () => {
      const [name, { uuid }] = [newId('host'), hello()];
      const put = (more: { uuid?: string }) =>
        theStore().inventory.importDevices([deviceInput(name, more)], () => newId('dev'));
      await put({ uuid });
      expect(await put({})).toMatchObject({ unchanged: 1 });
      const [target] = await theStore().inventory.select({ kind: 'name', value: name });
      expect(await theStore().inventory.devices([target?.id ?? ''])).toMatchObject([{ uuid }]);
    });
  });
}
