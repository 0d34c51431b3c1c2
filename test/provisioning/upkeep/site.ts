/** A small managed site: PCs of the lab that are provisioned, our authority, and a domain controller where there is one. */
import { randomUUID } from 'node:crypto';
import { createNetworkProbes } from '../../../adapters/network/network-probes.ts';
import { createFleet, defaultPassword, type Fleet } from '../../../lab/fleet.ts';
import { stateOf } from '../../../lab/state.ts';
import { withDeviceCredentials } from '../../../src/config/secrets/device-credentials.ts';
import type { AmtSession } from '../../../src/ports/amt.ts';
import { newDevicePassword } from '../../../src/ports/directory/password.ts';
import type { Directory } from '../../../src/ports/directory.ts';
import { deviceCredentialName } from '../../../src/ports/provisioning/device-secrets.ts';
import { type Device, endpointOf } from '../../../src/ports/store/inventory-store.ts';
import type { Profile } from '../../../src/profiles/profile.ts';
import { activateCertificate } from '../../../src/provisioning/secure/activate-certificate.ts';
import { giveCertificate } from '../../../src/provisioning/secure/device-certificate.ts';
import {
  type DirectoryKeyDeps,
  giveKerberosKey,
  putDirectoryObject,
} from '../../../src/provisioning/secure/directory-key.ts';
import { enableTls } from '../../../src/provisioning/secure/tls.ts';
import type { UpkeepDeps } from '../../../src/provisioning/upkeep/upkeep-deps.ts';
import { endpointAt, openGateway, type TestGateway } from '../../amt/conversation.ts';
import { deviceInput } from '../../contract/store/samples.ts';
import { type Office, openTestOffice, quickClock } from '../secure/testing.ts';

const signal = new AbortController().signal;

export interface ManagedSite {
  readonly office: Office;
  readonly fleet: Fleet;
  readonly gateway: TestGateway;
  readonly deps: UpkeepDeps;
  /** Provisions the PC by the building blocks, as the machine does; as the inventory has it then. */
  provision(name: string): Promise<Device>;
  device(name: string): Promise<Device>;
  facts(name: string): Promise<Readonly<Record<string, string>>>;
  /** As the everyday service would. */
  talk<T>(name: string, work: (session: AmtSession) => Promise<T>): Promise<T>;
  state(name: string): ReadonlyMap<string, unknown>;
  close(): Promise<void>;
}

/** `persona`: a list such as `amt-9.1,amt-15.0`, or one. */
export async function openManagedSite(wish: {
  readonly firstAddress: string;
  readonly devices: number;
  readonly persona: string;
  readonly directory: Directory | null;
  readonly profile?: Profile;
}): Promise<ManagedSite> {
  const { firstAddress, devices, persona, directory, profile } = wish;
  const office = await openTestOffice();
  const { store } = office;
  const fleet = await createFleet({ firstAddress, devices, persona, sites: ['lab'] });
  await fleet.start();
  let ids = 0;
  await store.inventory.importDevices(
    fleet.devices.map(({ name, address }) => ({
      ...deviceInput(name, {
        fqdn: `${name}.lab.test`,
        host: address,
        site: 'lab',
        tls: 'none',
        certificateFingerprint: null,
        credential: 'factory',
      }),
      uuid: randomUUID(),
    })),
    () => {
      ids += 1;
      return `dev_${ids}`;
    },
  );
  const credentials = withDeviceCredentials(
    async (name) =>
      name === 'none' ? null : { user: 'admin', password: name === 'factory' ? defaultPassword : 'N3t-Passw0rd!' },
    store.deviceSecrets,
  );
  const gateway = openGateway({ clock: quickClock, ca: fleet.keys.authorityPem, credentials });
  const deps: UpkeepDeps = {
    provisionings: store.provisionings,
    secrets: store.deviceSecrets,
    inventory: store.inventory,
    statuses: store.amtStatuses,
    setupGatewayOf: async () => null,
    probes: createNetworkProbes({ dnsServers: [], ca: null }),
    gateway: gateway.gateway,
    authority: office.deps,
    directoryOf: async () => directory,
    profiles: () => (profile ? [profile] : []),
    credentials,
    readFile: (path) => office.workshop.read(path),
    newPassword: newDevicePassword,
    clock: quickClock,
  };
  const device = async (name: string) => {
    const [target] = await store.inventory.select({ kind: 'name', value: name });
    const [found] = await store.inventory.devices([target?.id ?? '']);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  const keep = async (id: string, facts: Readonly<Record<string, string>>, provisioned = false) => {
    const record = await store.provisionings.get(id);
    const state = provisioned ? { state: 'provisioned' as const } : {};
    await store.provisionings.change(id, record?.version ?? 0, { facts, ...state }, new Date());
  };
  return {
    office,
    fleet,
    gateway,
    deps,
    device,
    facts: async (name) => (await store.provisionings.get((await device(name)).id))?.facts ?? {},
    async talk(name, work) {
      return gateway.run(endpointOf(await device(name), null), work);
    },
    state: (name) => new Map(Object.entries(stateOf(fleet, fleet.device(name)))),
    async provision(name) {
      const own = await device(name);
      const lab = fleet.device(name);
      const fqdn = own.fqdn ?? '';
      const at = new Date();
      const first = endpointAt(lab.address, {
        deviceId: own.id,
        credential: 'factory',
        ...(lab.persona.plainPort ? {} : { tls: 'ca' as const, fqdn: lab.fqdn }),
      });
      await store.provisionings.begin({ deviceId: own.id, mode: 'remote', requestId: null, at });
      const administrator = { user: 'admin', password: newDevicePassword() };
      await store.deviceSecrets.propose(own.id, 'administrator', administrator, at);
      await store.deviceSecrets.propose(own.id, 'mebx', { user: '', password: newDevicePassword() }, at);
      const mebx = await store.deviceSecrets.proposed(own.id, 'mebx');
      const key =
        directory &&
        (await putDirectoryObject(
          { id: own.id, fqdn, uuid: own.uuid ?? null, amtVersion: lab.persona.version },
          keyDeps(directory),
        ));
      const kept = (facts: Readonly<Record<string, string>>) => keep(own.id, facts);
      await gateway.gateway.withDevice(
        first,
        async (session) => {
          const order = { deviceId: own.id, fqdn, purpose: 'device_tls', facts: {}, kept } as const;
          await giveCertificate(session, order, office.deps);
          await enableTls(session, { mutual: false, plainTextAccepted: false });
          if (key && directory)
            await giveKerberosKey(session, { deviceId: own.id, fqdn, dn: key.dn }, keyDeps(directory));
          await session.provisioning.setup.setMebxPassword(mebx?.password ?? '');
          await session.provisioning.setup.commit();
        },
        signal,
      );
      const facts = (await store.provisionings.get(own.id))?.facts ?? {};
      const legacy = lab.persona.generation < 12;
      const reach = {
        tls: legacy ? ('legacy' as const) : ('pinned' as const),
        certificateFingerprint: facts.fingerprint ?? null,
        port: null,
      };
      await store.inventory.setReach(own.id, { ...reach, credential: 'factory' }, at);
      await gateway.run(endpointOf(await device(name), null), async (session) => {
        await session.provisioning.setup.setAdministrator('admin', administrator.password);
      });
      await store.deviceSecrets.confirm(own.id, 'administrator', at);
      await store.deviceSecrets.confirm(own.id, 'mebx', at);
      await store.inventory.setReach(own.id, { ...reach, credential: deviceCredentialName(own.id) }, at);
      await gateway.run(endpointOf(await device(name), null), async (session) => {
        await activateCertificate(session, { purpose: 'device_tls', facts }, office.deps);
      });
      await keep(
        own.id,
        key ? { directoryDn: key.dn, keyVersion: String(key.keyVersion), domain: key.domain } : {},
        true,
      );
      return device(name);
    },
    async close() {
      await gateway.gateway.close();
      await fleet.stop();
      await office.close();
    },
  };

  function keyDeps(of: Directory): DirectoryKeyDeps {
    return { directory: of, secrets: store.deviceSecrets, newPassword: newDevicePassword, now: () => new Date() };
  }
}

/** A PC to be worked on. */
export const pcOf = (device: Device, requestId: string | null = null) => ({ device, requestId, signal });
