/** New passwords and keys for PCs of the lab with objects on a Samba domain controller; cut at every step nobody is locked out. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'ldapts';
import { AmtError, type AmtSession } from '../../../src/ports/amt.ts';
import type { Directory } from '../../../src/ports/directory.ts';
import { rotatePasswords } from '../../../src/provisioning/upkeep/rotate.ts';
import type { UpkeepDeps } from '../../../src/provisioning/upkeep/upkeep-deps.ts';
import { errorOf } from '../../amt/conversation.ts';
import { type Samba, sambaHint, sambaIsHere, startSamba } from '../../directory/samba.ts';
import { addUser, adminClient, directoryOf } from '../../directory/testing.ts';
import { deviceTicket } from '../secure/device-ticket.ts';
import { cutting } from './cutting.ts';
import { type ManagedSite, openManagedSite, pcOf } from './site.ts';

type Setup = AmtSession['provisioning']['setup'];
const personas = ['amt-9.1', 'amt-11.8', 'amt-15.0', 'amt-19.0'];

(sambaIsHere ? describe : describe.skip)(`rotation, on a Samba domain controller (${sambaHint})`, () => {
  let samba: Samba;
  let client: Client;
  let directory: Directory;
  beforeAll(async () => {
    samba = await startSamba('127.24.188.200');
    client = await adminClient(samba);
    await addUser(client, 'alice');
    directory = directoryOf(samba, 'administrator');
    await directory.unit.create();
  }, 60_000);
  afterAll(async () => {
    await directory?.close();
    await client?.unbind();
    await samba?.remove();
  });

  /** Whether a ticket for the PC decrypts with the key that the PC has. */
  async function fits(site: ManagedSite, name: string): Promise<boolean> {
    const said = await deviceTicket(samba, site.state(name).get('kerberos'), `${name}.lab.test`);
    return said.includes('keytab entry valid');
  }
  const passwords = async ({ deps }: ManagedSite, id: string) =>
    Promise.all(
      (['administrator', 'mebx', 'directory'] as const).map(
        async (kind) => (await deps.secrets.inForce(id, kind))?.password,
      ),
    );
  /** The everyday account gets in, nothing is left in doubt, and the domain's key is the PC's. */
  async function isWhole(site: ManagedSite, name: string): Promise<void> {
    const { id } = await site.device(name);
    await site.talk(name, ({ provisioning }) => provisioning.setup.administrator());
    for (const kind of ['administrator', 'mebx', 'directory'] as const)
      expect(await site.deps.secrets.proposed(id, kind)).toBeNull();
    expect(await fits(site, name)).toBe(true);
    expect((await site.deps.provisionings.get(id))?.attempt).toBeNull();
  }

  describe('of mixed firmware', () => {
    let site: ManagedSite;
    beforeAll(async () => {
      site = await openManagedSite({
        firstAddress: '127.24.188.201',
        devices: personas.length,
        persona: personas.join(','),
        directory,
      });
    }, 60_000);
    afterAll(() => site?.close());

    test.each(personas)('%s: administrator, MEBx, object and key are new, and all fit', async (persona) => {
      const name = `host${personas.indexOf(persona) + 1}`;
      expect(site.fleet.device(name).persona.name).toBe(persona);
      const { id } = await site.provision(name);
      const before = await passwords(site, id);
      const rotated = await rotatePasswords(pcOf(await site.device(name)), site.deps);
      expect(rotated).toMatchObject([
        { what: 'Active Directory', how: 'changed', evidence: ['key version 2'] },
        { what: 'MEBx', how: 'changed' },
        { what: 'administrator', how: 'changed' },
      ]);
      const after = await passwords(site, id);
      for (const [at, password] of after.entries()) expect(password).not.toBe(before[at]);
      expect(await site.facts(name)).toMatchObject({ keyVersion: '2' });
      await isWhole(site, name);
    });

    test('an object that somebody deleted is made anew, and its key is that of the PC', async () => {
      const { directoryDn = '' } = await site.facts('host1');
      await client.del(directoryDn);
      const rotated = await rotatePasswords(pcOf(await site.device('host1')), site.deps);
      expect(rotated[0]).toMatchObject({
        what: 'Active Directory',
        evidence: ['key version 1', 'its object was gone and was made anew'],
      });
      expect(await site.facts('host1')).toMatchObject({ keyVersion: '1', directoryDn });
      await isWhole(site, 'host1');
    });
  });

  describe('cut off', () => {
    let site: ManagedSite;
    beforeAll(async () => {
      site = await openManagedSite({ firstAddress: '127.24.188.210', devices: 1, persona: 'amt-15.0', directory });
      await site.provision('host1');
    }, 60_000);
    afterAll(() => site?.close());
    const rotate = async (deps: UpkeepDeps, requestId: string | null = null) =>
      rotatePasswords(pcOf(await site.device('host1'), requestId), deps);

    /** What the PC does in its set-up, but for this. */
    const withSetup = (other: (setup: Setup) => Partial<Setup>): UpkeepDeps => ({
      ...site.deps,
      gateway: {
        withDevice: (endpoint, work, signal) =>
          site.deps.gateway.withDevice(
            endpoint,
            (session) => {
              const { setup } = session.provisioning;
              return work({
                ...session,
                provisioning: { ...session.provisioning, setup: { ...setup, ...other(setup) } },
              });
            },
            signal,
          ),
      },
    });

    const cuts = [
      'propose',
      'rotate',
      'enable',
      'setMebxPassword',
      'attempt',
      'setAdministrator',
      'confirm',
      'done',
      'change',
    ];
    test.each(cuts.flatMap((name) => [[name, false] as const, [name, true] as const]))(
      'at %s (done: %p): asked again, everything fits and no password is unknown',
      async (name, after) => {
        const { id } = await site.device('host1');
        const before = await passwords(site, id);
        const request = `req_${name}${after}`;
        await expect(rotate(cutting(site.deps, name, after), request)).rejects.toThrow('cut at');
        await rotate(site.deps, request);
        await isWhole(site, 'host1');
        const now = await passwords(site, id);
        for (const [at, password] of now.entries()) expect(password).not.toBe(before[at]);
      },
    );

    test.each([true, false])(
      'an answer that is lost at the administrator (done: %p): both are tried',
      async (isDone) => {
        const { id } = await site.device('host1');
        const before = await site.deps.secrets.inForce(id, 'administrator');
        const lost = withSetup((setup) => ({
          async setAdministrator(user, password) {
            if (isDone) await setup.setAdministrator(user, password);
            throw new AmtError('connection_dropped', [], { mayHaveActed: true });
          },
        }));
        if (isDone) await rotate(lost);
        else {
          expect(await errorOf(rotate(lost))).toMatchObject({ code: 'connection_dropped' });
          await site.talk('host1', ({ provisioning }) => provisioning.setup.administrator());
          expect((await site.deps.secrets.inForce(id, 'administrator'))?.password).toBe(before?.password);
          await rotate(site.deps);
        }
        expect((await site.deps.secrets.inForce(id, 'administrator'))?.password).not.toBe(before?.password);
        await isWhole(site, 'host1');
      },
    );

    test('firmware that refuses another MEBx password keeps the one before, which stays known', async () => {
      const { id } = await site.device('host1');
      const before = await site.deps.secrets.inForce(id, 'mebx');
      const refusing = withSetup(() => ({ setMebxPassword: () => Promise.reject(new AmtError('not_permitted')) }));
      expect(await rotate(refusing)).toMatchObject([{}, { what: 'MEBx', how: 'left' }, { how: 'changed' }]);
      expect((await site.deps.secrets.inForce(id, 'mebx'))?.password).toBe(before?.password);
      await isWhole(site, 'host1');
    });

    test('somebody else changed the password: both are kept, said so, nothing is tried again by itself', async () => {
      const { id } = await site.device('host1');
      await site.talk('host1', ({ provisioning }) => provisioning.setup.setAdministrator('admin', 'Somebody-3lse!'));
      await expect(rotate(site.deps)).rejects.toMatchObject({ code: 'wrong_credentials' });
      expect(await site.deps.secrets.inForce(id, 'administrator')).not.toBeNull();
    });
  });
});
