import { createSetupGateway } from '../../adapters/amt/index.ts';
import { createCredentialSource } from '../config/secrets/credential-source.ts';
import { resolveSecret } from '../config/secrets/resolve-secret.ts';
import type { SetupGateway, SharedKey } from '../ports/amt/setup-gateway.ts';
import type { AmtGateway } from '../ports/amt.ts';
import { newDevicePassword } from '../ports/directory/password.ts';
import type { NetworkProbes } from '../ports/network/network-probes.ts';
import type { ProvisioningCertificates } from '../ports/pki/provisioning.ts';
import type { Store } from '../ports/store/store.ts';
import type { MachineDeps, SetupBlocks } from '../provisioning/machine/machine-deps.ts';
import { ProvisioningError } from '../provisioning/machine/provisioning-error.ts';
import { createSetupCredentials } from '../provisioning/out-of-band/factory-accounts.ts';
import type { SetupProof } from '../provisioning/out-of-band/find-pc.ts';
import { chainNamed, createSetupChains, type SetupChains } from '../provisioning/out-of-band/setup-chains.ts';
import { createProvisioner, type Provisioner } from '../provisioning/provisioner.ts';
import type { UpkeepDeps } from '../provisioning/upkeep/upkeep-deps.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import { inBandOf } from './agents.ts';
import { openProvisioning, openProvisioningReader } from './certificates.ts';
import type { Surroundings } from './surroundings.ts';

/** What provisions PCs, and what agents on PCs are served with. */
export interface OpenProvisioner {
  readonly provisioner: Provisioner;
  readonly machine: MachineDeps;
  readonly chains: SetupChains;
  /** Conversations with the provisioning certificate that a PC was set up with; null: it is not configured, or can't be shown any more. */
  readonly setupGatewayOf: UpkeepDeps['setupGatewayOf'];
}

/** Makes it. What has to be closed is added to `undo`. */
export function openProvisioner(
  { config, secrets, logger }: Surroundings,
  {
    store,
    gateway,
    probes,
    blocks,
  }: {
    readonly store: Store;
    readonly gateway: AmtGateway;
    readonly probes: NetworkProbes;
    readonly blocks: SetupBlocks;
  },
  undo: (() => Promise<void>)[],
): OpenProvisioner {
  const { hello, methods } = config.provisioning;
  const { requestSeconds, wakeSeconds } = config.amt;
  const revocation: ProvisioningCertificates['revocation'] = async (chain) =>
    (await openProvisioningReader(config.pki.fetchSeconds)).revocation(chain);
  // By the chain itself: one that was renewed is another one.
  const gateways = new Map<string, SetupGateway>();
  undo.push(async () => {
    for (const each of gateways.values()) await each.close();
  });
  const gatewayOf = (proof: SetupProof): SetupGateway => {
    const own = 'pps' in proof ? proof : proof.client;
    const name = 'pps' in own ? `${own.pid} ${own.pps}` : own.certificates;
    const known = gateways.get(name);
    if (known) return known;
    const timeouts = { replyTimeoutMs: requestSeconds * 1_000, wakeWindowMs: wakeSeconds * 1_000 };
    const credentials = createSetupCredentials(store.deviceSecrets, createCredentialSource(config, secrets));
    const made = createSetupGateway({ credentials, clock, logger, timeouts }, own);
    gateways.set(name, made);
    return made;
  };
  const chains = createSetupChains({
    sources: openProvisioning(config, secrets),
    revocation,
    now: () => clock.now(),
  });
  const machine = {
    provisionings: store.provisionings,
    secrets: store.deviceSecrets,
    inventory: store.inventory,
    gateway,
    statuses: store.amtStatuses,
    standings: store.standings,
    trail: store.trail,
    blocks,
    clock,
    logger,
    newPassword: newDevicePassword,
  };
  const provisioner = createProvisioner({
    ...machine,
    methods,
    outOfBand: {
      hellos: store.hellos,
      chains,
      probes,
      takesHellos: hello.enabled && hello.acknowledgedBy !== undefined,
      freshHours: hello.freshHours,
      accounts: { secrets: store.deviceSecrets, accounts: hello.accounts, logIns: store.amtStatuses },
      keyOf: async (pid) => {
        const entry = hello.keys.find((each) => each.pid === pid);
        return entry ? sharedKeyOf(pid, await resolveSecret(entry.pps, secrets)) : null;
      },
      gatewayOf,
    },
    inBand: inBandOf(config, store),
  });
  const setupGatewayOf: OpenProvisioner['setupGatewayOf'] = async ({ chain: name }) => {
    const chain = await chainNamed(chains, name);
    return chain && gatewayOf(chain);
  };
  return { provisioner, machine, chains, setupGatewayOf };
}

/** A key as MEBx takes it. */
function sharedKeyOf(pid: string, text: string): SharedKey {
  const pps = text.trim().replaceAll('-', '');
  // The value is nobody's to read: not even how long it is.
  if (!/^[A-Z0-9]{32}$/.test(pps)) throw new ProvisioningError('setup_key_refused', [`the PPS of PID ${pid} is none`]);
  return { pid, pps };
}
