import type { BareEndpoint, MetDevice, SetupGateway } from '../../ports/amt/setup-gateway.ts';
import { type AmtEndpoint, AmtError, type AmtErrorCode, type AmtSession } from '../../ports/amt.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import { namedInDomain } from '../hello/choose-chain.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import type { SetupAccess, SetupAccount } from '../machine/setup-step.ts';
import { setupTlsOf } from '../setup-tls.ts';
import { credentialOf, defaultAccount, type FactoryAccountDeps, firstAccepted } from './factory-accounts.ts';
import { type FindDeps, findPc, type SetupProof } from './find-pc.ts';
import { chainNamed, type UsableChain } from './setup-chains.ts';

/** Firmware before AMT 12 speaks no TLS that is safe by today's measure. */
const ofOldTls = new Set<AmtErrorCode>(['tls_too_old', 'tls_failed']);

/** What the way to bare PCs needs. */
export interface OutOfBandDeps extends FindDeps {
  /** What PCs may let us in with before they are set up. */
  readonly accounts: Omit<FactoryAccountDeps, 'clock'>;
  /** Conversations in which this chain is shown, or this key is used; the same one for the same. */
  readonly gatewayOf: (proof: SetupProof) => SetupGateway;
}

/** The way to one PC in its factory state: over the network, by its hello. */
export function createOutOfBandAccess(device: Device, deps: OutOfBandDeps): SetupAccess {
  async function proofOf({ key: pid, chain: name }: ProvisioningFacts): Promise<SetupProof> {
    const key = pid === undefined ? null : await deps.keyOf?.(pid);
    if (key) return key;
    if (pid !== undefined) throw new ProvisioningError('hello_of_psk', [`PID ${pid}`]);
    const chain = await chainNamed(deps.chains, name);
    if (chain) return chain;
    throw new ProvisioningError('provisioning_no_chain', [
      `${name ?? 'the one that it was begun with'} is not there any more`,
    ]);
  }

  async function converse<T>(
    account: SetupAccount,
    facts: ProvisioningFacts,
    work: (session: AmtSession) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const gateway = deps.gatewayOf(await proofOf(facts));
    const endpoint = endpointOf(
      device,
      facts,
      account === 'factory'
        ? credentialOf.before(facts.factoryAccount ?? defaultAccount, device.id)
        : credentialOf.administrator(device.id),
    );
    try {
      return await gateway.withDevice(endpoint, work, signal);
    } catch (error) {
      // With the commit it shows the certificate that it was given.
      const { fingerprint } = facts;
      const isOver = isChanged(error) || (facts.key !== undefined && isKeyRefused(error));
      if (!isOver || fingerprint === undefined) throw error;
      return gateway.withDevice({ ...endpoint, certificateFingerprint: fingerprint }, work, signal);
    }
  }

  async function metByChain(
    at: Pick<BareEndpoint, 'host' | 'port'>,
    chain: UsableChain,
    signal: AbortSignal,
  ): Promise<ProvisioningFacts> {
    const { name, commonName } = chain.available;
    const { tls, met } = await shown(deps.gatewayOf(chain), at, commonName, signal);
    return { chain: name, setupTls: tls, ...(met.fingerprint ? { factoryFingerprint: met.fingerprint } : {}) };
  }

  return {
    async meet(signal) {
      const { address, proof } = await findPc(device, deps);
      const at = { host: address, port: device.port };
      const isKey = 'pps' in proof;
      const facts = {
        address,
        ...(isKey ? await metByKey(deps.gatewayOf(proof), at, proof.pid, signal) : await metByChain(at, proof, signal)),
      };
      const { account, found } = await firstAccepted(
        { deviceId: device.id, address },
        (factoryAccount) => converse('factory', { ...facts, factoryAccount }, look, signal),
        { ...deps.accounts, clock: deps.clock },
      );
      const commonName = isKey ? null : proof.available.commonName;
      return { ...facts, factoryAccount: account, ...judge(device, commonName, found) };
    },
    as: (account, facts, work, signal) => converse(account, facts, work, signal),
  };
}

/** What a key is refused with: by the alert, or by hanging up. */
const isKeyRefused = (error: unknown) =>
  error instanceof AmtError &&
  !error.mayHaveActed &&
  ['tls_failed', 'tls_too_old', 'connection_dropped'].includes(error.code);

/** A PC with a key: its firmware is of the time of TLS 1.0 and 1.1. */
async function metByKey(
  gateway: SetupGateway,
  at: Pick<BareEndpoint, 'host' | 'port'>,
  pid: string,
  signal: AbortSignal,
): Promise<ProvisioningFacts> {
  try {
    await gateway.meet({ ...at, tls: 'legacy' }, signal);
    return { key: pid, setupTls: 'legacy' };
  } catch (error) {
    if (!(error instanceof AmtError) || !isKeyRefused(error)) throw error;
    throw new ProvisioningError('setup_key_refused', [...error.evidence, `PID ${pid}`], { cause: error });
  }
}

const isChanged = (error: unknown) => error instanceof AmtError && error.code === 'certificate_changed';

function endpointOf(device: Device, facts: ProvisioningFacts, credential: string): AmtEndpoint {
  const { address, factoryFingerprint } = facts;
  return {
    deviceId: device.id,
    name: device.name,
    host: address ?? device.host,
    fqdn: null,
    port: device.port,
    tls: setupTlsOf(facts),
    certificateFingerprint: factoryFingerprint ?? null,
    credential,
  };
}

/** Shows the chain, with the TLS of today first. */
async function shown(
  gateway: SetupGateway,
  at: Pick<BareEndpoint, 'host' | 'port'>,
  commonName: string,
  signal: AbortSignal,
): Promise<{ readonly tls: 'pinned' | 'legacy'; readonly met: MetDevice }> {
  const by = async (tls: 'pinned' | 'legacy') => ({ tls, met: await gateway.meet({ ...at, tls }, signal) });
  try {
    return await by('pinned').catch((error: unknown) => {
      if (error instanceof AmtError && ofOldTls.has(error.code)) return by('legacy');
      throw error;
    });
  } catch (error) {
    if (!(error instanceof AmtError) || error.code !== 'connection_dropped') throw error;
    throw new ProvisioningError('provisioning_chain_refused', [...error.evidence, `it was shown CN ${commonName}`], {
      cause: error,
    });
  }
}

async function look(session: AmtSession) {
  const { setup } = session.provisioning;
  const uuid = await setup.uuid();
  const state = await setup.read();
  return { uuid, state, amtVersion: (await session.readFacts()).amtVersion };
}

/** Whether this is the PC that was meant, and still nobody's. */
function judge(
  device: Device,
  commonName: string | null,
  { uuid, state, amtVersion }: Awaited<ReturnType<typeof look>>,
): ProvisioningFacts {
  if (uuid === null || uuid !== device.uuid)
    throw new ProvisioningError('uuid_differs', [`it says ${uuid ?? 'that it has none'}`, `inventory: ${device.uuid}`]);
  if (state.provisioningState === 'post') throw new ProvisioningError('already_provisioned', ['it says so itself']);
  const dnsSuffix = state.trustedDnsSuffix ?? state.dhcpDnsSuffix;
  if (commonName !== null && dnsSuffix !== null && !namedInDomain(commonName, dnsSuffix))
    throw new ProvisioningError('provisioning_outside_domain', [`CN ${commonName}`, `domain of the PC: ${dnsSuffix}`]);
  return { amtVersion, ...(dnsSuffix === null ? {} : { dnsSuffix: dnsSuffix.replace(/^\.+|\.+$/g, '') }) };
}
