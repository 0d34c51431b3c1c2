import { describe, expect, test } from '@jest/globals';
import type { TheStore } from '../../store-contract.ts';
import { deviceInput, fleet, newId, outcome, startedRun } from '../samples.ts';

/** InventoryStore. */
export function inventoryContract(theStore: TheStore): void {
  describe('inventory', () => {
    const add = (...rows: readonly (readonly [string, Parameters<typeof deviceInput>[1]?])[]) =>
      theStore().inventory.importDevices(
        rows.map((row) => deviceInput(...row)),
        () => newId('dev'),
      );
    const namesOf = async (kind: 'name' | 'glob' | 'site' | 'group', value: string) =>
      (await theStore().inventory.select({ kind, value })).map((device) => device.name);

    test('gives back what was imported, and nothing seen yet', async () => {
      const name = newId('host');
      const row = deviceInput(name, {
        fqdn: null,
        port: 16994,
        mac: 'aa:bb:cc:dd:ee:ff',
        groups: ['floor3', 'VIP'],
        tls: 'ca',
        certificateFingerprint: null,
      });
      await theStore().inventory.importDevices([row], () => 'dev_of_mine');
      expect(await theStore().inventory.devices(['dev_of_mine', 'dev_unknown'])).toEqual([
        { ...row, id: 'dev_of_mine', powerState: null, amtVersion: null, seenAt: null },
      ]);
      expect(await theStore().inventory.select({ kind: 'name', value: name })).toEqual([
        {
          id: 'dev_of_mine',
          name,
          site: 'madrid',
          groups: ['floor3', 'VIP'],
          powerState: null,
          reach: expect.any(String),
        },
      ]);
    });

    test('devices are found by their UUID, all that have it, in any case of letters', async () => {
      const uuid = '5a3b0c1d-2e4f-4a6b-8c7d-9e0f1a2b3c4d';
      const [one, two] = [newId('host'), newId('host')];
      await add([one, { uuid }], [two, { uuid }], [newId('host'), {}]);
      const names = (await theStore().inventory.withUuid(uuid.toUpperCase())).map(({ name }) => name);
      expect(names.sort()).toEqual([one, two].sort());
      expect(await theStore().inventory.withUuid('00000000-1111-4222-8333-444444444444')).toEqual([]);
    });

    test('what a device is reached by has a fingerprint: another address, port, certificate or credential is another one', async () => {
      const row = deviceInput(newId('host'));
      const put = async (over: Parameters<typeof deviceInput>[1]) => {
        await theStore().inventory.importDevices([{ ...row, ...over }], () => newId('dev'));
        return (await theStore().inventory.select({ kind: 'name', value: row.name }))[0]?.reach;
      };
      const ways = [
        {},
        { host: '127.0.0.2' },
        { port: 16994 },
        { fqdn: 'other.lab.test' },
        { tls: 'legacy' },
        { certificateFingerprint: 'cd'.repeat(32) },
        { credential: 'other' },
      ] as const;
      const reaches = [];
      for (const way of ways) reaches.push(await put(way));
      expect(new Set(reaches).size).toBe(ways.length);
      expect(await put({ site: 'lyon', groups: ['vip'], mac: 'aa:bb:cc:dd:ee:ff' })).toBe(reaches[0]);
    });

    test('finds what lies in a unit of Active Directory and below, by its name or distinguished name', async () => {
      const tag = newId('u');
      const dn = (path: string) => `${path},OU=${tag},DC=Lab,DC=test`;
      await add(
        [`${tag}-a`, { ou: dn('OU=PCs, OU=Madrid') }],
        [`${tag}-b`, { ou: dn('OU=Madrid') }],
        [`${tag}-c`, { ou: dn('OU=NotMadrid') }],
        [`${tag}-d`, {}],
      );
      const inUnit = async (value: string) =>
        (await theStore().inventory.select({ kind: 'ou', value })).map(({ name }) => name.slice(tag.length + 1));
      expect(await inUnit(dn('ou=madrid').replace(/,/g, ' , '))).toEqual(['a', 'b']);
      expect(await inUnit(dn('OU=PCs,OU=Madrid'))).toEqual(['a']);
      expect(await inUnit(tag)).toEqual(['a', 'b', 'c']);
      expect(await inUnit(`OU=${tag}`)).toEqual([]);
      expect(await inUnit('%')).toEqual([]);
      await add([`${tag}-b`, { site: 'lyon' }]);
      expect(await inUnit(dn('OU=Madrid'))).toEqual(['a', 'b']);
      const [first] = await theStore().inventory.select({ kind: 'name', value: `${tag}-a` });
      expect((await theStore().inventory.devices([first?.id ?? '']))[0]?.ou).toBe(dn('OU=PCs, OU=Madrid'));
    });

    test('orders names as people count', async () => {
      const site = newId('site');
      await add(...['h-10b', 'h-2', 'h-10', 'H-1', 'h-007x'].map((name) => [`${site}${name}`, { site }] as const));
      const names = (await namesOf('site', site)).map((name) => name.slice(site.length));
      expect(names).toEqual(['H-1', 'h-2', 'h-007x', 'h-10', 'h-10b']);
      const ids = (await theStore().inventory.select({ kind: 'site', value: site })).map((device) => device.id);
      const devices = await theStore().inventory.devices(ids.toReversed());
      expect(devices.map((device) => device.id)).toEqual(ids);
    });

    test('matches names, sites and groups without regard to case, beyond ASCII too', async () => {
      const tag = newId('x');
      await add([`${tag}-ÄRGER`, { site: `Málaga-${tag}`, groups: [`Büro-${tag}`] }]);
      expect(await namesOf('name', `${tag}-ärger`)).toEqual([`${tag}-ÄRGER`]);
      expect(await namesOf('site', `MÁLAGA-${tag.toUpperCase()}`)).toEqual([`${tag}-ÄRGER`]);
      expect(await namesOf('site', `Málaga-${tag}`.normalize('NFD'))).toEqual([`${tag}-ÄRGER`]);
      expect(await namesOf('group', `BÜRO-${tag}`)).toEqual([`${tag}-ÄRGER`]);
      expect(await namesOf('name', `${tag}-arger`)).toEqual([]);
    });

    test('a glob has * and ?, and nothing else that means something', async () => {
      const tag = newId('g').replaceAll('_', '-');
      await add([`${tag}a1`], [`${tag}b22`], [`${tag}%`], [`${tag}_x`], [`${tag}\\y`]);
      expect(await namesOf('glob', `${tag}?1`)).toEqual([`${tag}a1`]);
      expect(await namesOf('glob', `${tag.toUpperCase()}*2`)).toEqual([`${tag}b22`]);
      expect(await namesOf('glob', `${tag}%`)).toEqual([`${tag}%`]);
      expect(await namesOf('glob', `${tag}_*`)).toEqual([`${tag}_x`]);
      expect(await namesOf('glob', `${tag}\\?`)).toEqual([`${tag}\\y`]);
      expect(await namesOf('glob', `${tag}***`)).toHaveLength(5);
    });

    test('words with characters that no database takes match nothing and break nothing', async () => {
      expect(await namesOf('name', 'a\u0000b')).toEqual([]);
      expect(await namesOf('glob', '\u0000\ud800*')).toEqual([]);
      expect(await namesOf('name', "'; drop table oob.device; --")).toEqual([]);
      expect(await theStore().inventory.candidatesFor('\u0000', 5)).toEqual(expect.any(Array));
    });

    test('an import adds, changes and leaves alone, and says how many', async () => {
      const tag = newId('i');
      expect(await add([`${tag}1`], [`${tag}2`], [`${tag}3`])).toEqual({ added: 3, changed: 0, unchanged: 0 });
      const [before] = await theStore().inventory.select({ kind: 'name', value: `${tag}1` });
      expect(await add([`${tag}1`, { host: '127.0.0.9' }], [`${tag}2`], [`${tag}4`])).toEqual({
        added: 1,
        changed: 1,
        unchanged: 1,
      });
      const [after] = await theStore().inventory.select({ kind: 'name', value: `${tag}1` });
      expect(after?.id).toBe(before?.id);
      expect(await theStore().inventory.devices([after?.id ?? ''])).toMatchObject([{ host: '127.0.0.9' }]);
      expect(await add([`${tag.toUpperCase()}1`, { host: '127.0.0.9' }])).toMatchObject({ changed: 1 });
      expect(await add()).toEqual({ added: 0, changed: 0, unchanged: 0 });
    });

    test('an import leaves alone how a device is reached that the service set up, until it is given back', async () => {
      const row = deviceInput(newId('m'), { fqdn: null, port: 16992, tls: 'none', certificateFingerprint: null });
      const { inventory } = theStore();
      const put = (over: Parameters<typeof deviceInput>[1] = {}) =>
        inventory.importDevices([{ ...row, ...over }], () => newId('dev'));
      await put();
      const [target] = await inventory.select({ kind: 'name', value: row.name });
      const id = target?.id ?? '';
      const read = async () => (await inventory.devices([id]))[0];
      const reach = {
        tls: 'pinned',
        certificateFingerprint: 'cd'.repeat(32),
        credential: `device:${id}`,
        port: null,
      } as const;
      await inventory.setReach(id, { ...reach, fqdn: 'pc.lab.test' }, new Date());
      expect(await read()).toMatchObject({ ...reach, fqdn: 'pc.lab.test', host: row.host });
      expect((await inventory.select({ kind: 'name', value: row.name }))[0]?.reach).not.toBe(target?.reach);
      expect(await put()).toEqual({ added: 0, changed: 0, unchanged: 1 });
      const moved = { host: '127.0.0.9', site: 'lyon', groups: ['vip'], mac: 'aa:bb:cc:dd:ee:ff' };
      expect(await put({ ...moved, credential: 'other', port: 16993, tls: 'ca' })).toMatchObject({ changed: 1 });
      expect(await read()).toMatchObject({ ...moved, ...reach, fqdn: 'pc.lab.test' });
      await put({ ...moved, fqdn: 'renamed.lab.test' });
      await inventory.setReach(id, { ...reach, certificateFingerprint: 'ef'.repeat(32) }, new Date());
      expect(await read()).toMatchObject({ fqdn: 'renamed.lab.test', certificateFingerprint: 'ef'.repeat(32) });
      await inventory.setReach(id, null, new Date());
      expect(await read()).toMatchObject({ credential: `device:${id}`, fqdn: 'renamed.lab.test' });
      await put();
      expect(await read()).toMatchObject(row);
      await inventory.setReach(newId('dev'), reach, new Date());
    });

    test('an import with one name twice changes nothing and says which rows', async () => {
      const tag = newId('twice');
      await expect(add([`${tag}a`], [`${tag}b`], [`${tag.toUpperCase()}A`])).rejects.toThrow(
        `Row 3 names ${tag.toUpperCase()}A, and so does row 1.`,
      );
      expect(await namesOf('glob', `${tag}*`)).toEqual([]);
    });

    test('a site keeps the spelling that it was first written with', async () => {
      const site = newId('Site');
      await add([`${site}a`, { site }]);
      await add([`${site}b`, { site: site.toUpperCase() }], [`${site}c`, { site: site.toLowerCase() }]);
      const sites = await theStore().inventory.select({ kind: 'site', value: site });
      expect(sites.map((device) => device.site)).toEqual([site, site, site]);
    });

    test('imports at the same time do not trip over each other', async () => {
      const tag = newId('both');
      const names = Array.from({ length: 40 }, (_, index) => `${tag}-${index}`);
      const results = await Promise.all([
        add(...names.map((name) => [name] as const)),
        add(...names.toReversed().map((name) => [name] as const)),
      ]);
      expect(results.map((result) => result.added).sort((a, b) => a - b)).toEqual([0, 40]);
    });

    test('candidates for a typo hold the word that was meant', async () => {
      const tag = newId('t').slice(2);
      await add([`host42${tag}`, { site: `madrid${tag}`, groups: [`floor3${tag}`] }]);
      const near = (word: string) => theStore().inventory.candidatesFor(word, 20);
      expect(await near(`hsot42${tag}`)).toContain(`host42${tag}`);
      expect(await near(`ohst42${tag}`)).toContain(`host42${tag}`);
      expect(await near(`host4${tag}`)).toContain(`host42${tag}`);
      expect(await near(`HOST42${tag.toUpperCase()}x`)).toContain(`host42${tag}`);
      expect(await near(`site:madird${tag}`)).toContain(`site:madrid${tag}`);
      expect(await near(`madird${tag}`)).toContain(`site:madrid${tag}`);
      expect(await near(`group:flor3${tag}`)).toContain(`group:floor3${tag}`);
      expect(await near('entirely-different-and-much-longer')).not.toContain(`host42${tag}`);
      expect(await theStore().inventory.candidatesFor(`host42${tag}`, 1)).toEqual([`host42${tag}`]);
    });

    test('the summary counts by site what was last seen on and off', async () => {
      const site = newId('site');
      const devices = await fleet(theStore(), 4, site);
      const run = await startedRun(theStore(), devices);
      const states = [2, 8, 6, 4];
      await theStore().runs.record(
        run,
        devices.map((device, index) => outcome(device.id, { powerState: states[index] ?? null })),
        new Date(),
      );
      const summary = await theStore().inventory.summary();
      expect(summary.find((row) => row.site === site)).toEqual({ site, devices: 4, on: 1, off: 2 });
    });
  });
}
