/** Taking PCs of the lab back: the PC first, then its object, its certificates, its reach; passwords last. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Directory } from '../../../src/ports/directory.ts';
import { type RemovalKind, removePc } from '../../../src/provisioning/upkeep/remove.ts';
import type { UpkeepDeps } from '../../../src/provisioning/upkeep/upkeep-deps.ts';
import { errorOf } from '../../amt/conversation.ts';
import { type Samba, sambaHint, sambaIsHere, startSamba } from '../../directory/samba.ts';
import { directoryOf } from '../../directory/testing.ts';
import { cutting } from './cutting.ts';
import { type ManagedSite, openManagedSite, pcOf } from './site.ts';

(sambaIsHere ? describe : describe.skip)(`removal, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let directory: Directory;
  let site: ManagedSite;
  beforeAll(async () => {
    samba = await startSamba('127.24.188.139');
    directory = directoryOf(samba, 'administrator');
    await directory.unit.create();
    site = await openManagedSite({ firstAddress: '127.24.188.140', devices: 24, persona: 'amt-15.0', directory });
  }, 60_000);
  afterAll(async () => {
    await site?.close();
    await directory?.close();
    await samba?.remove();
  });

  let used = 0;
  const provisioned = async () => {
    used += 1;
    return site.provision(`host${used}`);
  };
  const remove = async (name: string, kind: RemovalKind = 'full', deps: UpkeepDeps = site.deps) =>
    removePc(pcOf(await site.device(name)), kind, deps);
  async function isGone(id: string, name: string): Promise<void> {
    expect(site.state(name).get('provisioningState')).toBe(0);
    expect((await site.deps.provisionings.get(id))?.state).toBe('removed');
    const states = (await site.office.store.certificates.ofDevice(id)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['revoked']));
    expect(await directory.devices.find({ by: 'fqdn', fqdn: `${name}.lab.test` })).toBeNull();
    const { servicePrincipals } = directory.devices.names(`${name}.lab.test`);
    expect((await directory.devices.holders(servicePrincipals)).flatMap(({ objects }) => objects)).toEqual([]);
    expect(await site.deps.secrets.inForce(id, 'directory')).toBeNull();
    expect(await site.deps.secrets.setBefore(new Date(Date.now() + 1_000), 10)).not.toContainEqual(
      expect.objectContaining({ deviceId: id }),
    );
  }

  test.each(['full', 'partial'] as const)('%s: unprovisioned and seen to be, nothing of it is left', async (kind) => {
    const { id, name } = await provisioned();
    const removed = await remove(name, kind);
    expect(removed).toMatchObject({ certificates: 1, object: expect.stringContaining(`CN=${name}iME`) });
    await isGone(id, name);
    const [record] = await site.office.store.certificates.ofDevice(id);
    expect(record?.revocationReason).toBe('cessationOfOperation');
    expect((await site.deps.secrets.inForce(id, 'administrator')) !== null).toBe(kind === 'partial');
    // Nothing over the network changes the password of MEBx: forgotten, nobody could get in at the PC.
    expect(await site.deps.secrets.inForce(id, 'mebx')).not.toBeNull();
    expect(await errorOf(remove(name)).catch((error: unknown) => error)).toMatchObject({
      code: 'not_provisioned_by_us',
    });
  });

  test('a PC that somebody reset meanwhile says so itself: the rest is cleaned up', async () => {
    const { id, name } = await provisioned();
    await site.talk(name, ({ provisioning }) => provisioning.setup.unprovision());
    expect(await remove(name)).toMatchObject({ proof: 'it says that it is not provisioned', certificates: 1 });
    await isGone(id, name);
  });

  test('an import counts again afterwards', async () => {
    const { name } = await provisioned();
    await remove(name);
    const before = await site.device(name);
    await site.office.store.inventory.importDevices([{ ...before, tls: 'none', credential: 'later' }], () => 'x');
    expect(await site.device(name)).toMatchObject({ credential: 'later' });
  });

  test('a PC that does not answer stays as it is, in all', async () => {
    const { id, name } = await provisioned();
    await site.fleet.setFaults(name, 'unreachable');
    expect(await errorOf(remove(name))).toMatchObject({ code: 'unreachable' });
    expect(await site.deps.provisionings.get(id)).toMatchObject({ state: 'provisioned' });
    expect(await site.deps.secrets.inForce(id, 'administrator')).not.toBeNull();
    expect(await directory.devices.find({ by: 'fqdn', fqdn: `${name}.lab.test` })).not.toBeNull();
    const states = (await site.office.store.certificates.ofDevice(id)).map(({ state }) => state);
    expect(states).toEqual(['active']);
    await site.fleet.setFaults(name, '');
    await remove(name);
    await isGone(id, name);
  });

  const cuts = ['unprovision', 'remove', 'holders', 'revokeDevice', 'setReach', 'forget', 'change'];
  test.each(cuts.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    'cut off at %s (done: %p): asked again, it ends; passwords are the last to go',
    async (at, after) => {
      const { id, name } = await provisioned();
      await expect(remove(name, 'full', cutting(site.deps, at, after))).rejects.toThrow();
      const isForgotten = (await site.deps.secrets.inForce(id, 'administrator')) === null;
      const isUnprovisioned = site.state(name).get('provisioningState') === 0;
      expect(isForgotten && !isUnprovisioned).toBe(false);
      // Asked for as the other kind, it ends as it began.
      await remove(name, 'partial');
      await isGone(id, name);
      if (isUnprovisioned) expect(await site.deps.secrets.inForce(id, 'administrator')).toBeNull();
    },
  );

  test('an auditor that holds it up: said so, and the PC is as it was', async () => {
    const own = await openManagedSite({
      firstAddress: '127.24.188.170',
      devices: 1,
      persona: 'amt-9.1',
      directory: null,
    });
    try {
      const { id, name } = await own.provision('host1');
      await own.talk(name, ({ accounts }) =>
        accounts.add({
          who: { kind: 'digest', user: 'auditor', password: 'Aud1tor-Pass!' },
          access: 'network',
          realms: ['audit-log'],
        }),
      );
      const error = await errorOf(removePc(pcOf(await own.device(name)), 'full', own.deps));
      expect(error.evidence.join()).toContain('audit log');
      expect(await own.deps.provisionings.get(id)).toMatchObject({ state: 'provisioned' });
      await own.talk(name, ({ provisioning }) => provisioning.setup.administrator());
    } finally {
      await own.close();
    }
  });
});
