import { classifyAmt } from '../../discovery/amt-status.ts';
import type { SetupGateway } from '../../ports/amt/setup-gateway.ts';
import { AmtError, type AmtErrorCode, amtPorts } from '../../ports/amt.ts';
import type { Provisioning, ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { endpointOf } from '../../ports/store/inventory-store.ts';
import { patiently, whileRestarting } from '../machine/patiently.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import { whyItStopped } from '../machine/why-it-stopped.ts';
import { credentialOf } from '../out-of-band/factory-accounts.ts';
import { setupTlsOf } from '../setup-tls.ts';
import { converse, isAmtError } from './converse.ts';
import type { Pc, UpkeepDeps } from './upkeep-deps.ts';

/** `full`: factory settings. `partial`: what the next set-up needs stays in the PC, the administrator's password with it. */
export type RemovalKind = 'full' | 'partial';

/** What was done, in words; each is true when this resolves. */
export interface Removed {
  /** How the PC was seen to be unprovisioned. */
  readonly proof: string;
  readonly certificates: number;
  /** Distinguished name of the object that is gone; null: there was none. */
  readonly object: string | null;
  /** Passwords that stay in the PC are kept. */
  readonly keeps: 'nothing' | 'MEBx' | 'administrator and MEBx';
}

/** Provisioned PCs, and those whose removal or set-up was cut off, may be taken back. */
const removable = new Set<Provisioning['state']>(['provisioned', 'removing', 'stopped', 'under-way']);

/**
 * Takes a PC back: unprovisioned and seen to be so, its object and its principal names gone, its certificates revoked, its reach given
 * back to imports. Only then are its passwords forgotten, but for those that it still has. Nothing else is done before the PC itself;
 * cut off, asked again it goes on. Rejects with AmtError while the PC is as it was, with ProvisioningError afterwards.
 */
export async function removePc(pc: Pc, kind: RemovalKind, deps: UpkeepDeps): Promise<Removed> {
  const { id } = pc.device;
  let record = await deps.provisionings.get(id);
  if (!record || record.state === 'removed') throw new ProvisioningError('not_provisioned_by_us');
  if (!removable.has(record.state)) throw new ProvisioningError('provisioning_unfinished', [record.state]);
  const keep = async (facts: ProvisioningFacts, state?: Provisioning['state']) => {
    record = await changed(id, { facts, ...(state === undefined ? {} : { state }) }, deps);
    return record;
  };
  // What was begun as the one kind can't be ended as the other.
  const begun = record.state === 'removing' ? record.facts.removal : undefined;
  const as: RemovalKind = begun === 'full' || begun === 'partial' ? begun : kind;
  const proof = record.facts.removalProof || (await unprovision(pc, as, record, keep, deps));
  return cleanUp(pc, record, as, proof, deps);
}

async function changed(
  id: string,
  to: Parameters<UpkeepDeps['provisionings']['change']>[2],
  { provisionings, clock }: UpkeepDeps,
): Promise<Provisioning> {
  for (;;) {
    const now = await provisionings.get(id);
    if (!now) throw new ProvisioningError('not_provisioned_by_us');
    const after = await provisionings.change(id, now.version, to, clock.now());
    if (after) return after;
  }
}

/** Sent once; whether it was done is asked of the PC. Resolves to how it was seen. */
async function unprovision(
  pc: Pc,
  kind: RemovalKind,
  record: Provisioning,
  keep: (facts: ProvisioningFacts, state?: Provisioning['state']) => Promise<Provisioning>,
  deps: UpkeepDeps,
): Promise<string> {
  const sent = record.state === 'removing' ? record.facts.removalSent : '';
  const proof =
    (sent ? await lookAt(pc, sent === 'accepted', record.facts, deps) : null) ??
    (await send(pc, kind, record.facts, keep, deps));
  await keep({ removalProof: proof });
  return proof;
}

async function send(
  pc: Pc,
  kind: RemovalKind,
  facts: ProvisioningFacts,
  keep: (facts: ProvisioningFacts, state?: Provisioning['state']) => Promise<Provisioning>,
  deps: UpkeepDeps,
): Promise<string> {
  // It has to answer before anything is written down as begun; somebody may have reset it at the PC.
  const before = await stateOf(pc, facts, deps);
  if (before !== null) {
    await keep({ removal: kind, removalSent: 'accepted', removalProof: before }, 'removing');
    return before;
  }
  await keep({ removal: kind, removalSent: 'yes', removalProof: '' }, 'removing');
  let isAccepted = false;
  try {
    await converse(
      pc,
      {},
      ({ provisioning: { setup } }) => (kind === 'full' ? setup.unprovision() : setup.unprovisionPartly()),
      deps,
    );
    isAccepted = true;
    await keep({ removalSent: 'accepted' });
  } catch (error) {
    if (!(error instanceof AmtError)) throw error;
    if (!error.mayHaveActed) {
      // A clear refusal: it is provisioned as before.
      await keep({ removalSent: '' }, 'provisioned');
      throw error;
    }
  }
  const proof = await lookAt(pc, isAccepted, facts, deps);
  if (proof === null) throw new ProvisioningError('still_provisioned');
  return proof;
}

/** How a PC that nobody was told to unprovision says that it is so; null: it is provisioned. */
async function stateOf(pc: Pc, facts: ProvisioningFacts, deps: UpkeepDeps): Promise<string | null> {
  try {
    const { provisioningState } = await converse(pc, {}, ({ provisioning }) => provisioning.setup.read(), deps);
    return provisioningState === 'pre' ? (gone.not_provisioned ?? null) : null;
  } catch (error) {
    if (isAmtError(error, 'not_provisioned')) return gone.not_provisioned ?? null;
    const proof = await whatItShows(error, pc, facts, deps);
    if (proof !== null) return proof;
    throw error;
  }
}

/** How a conversation fails with a PC that is to be set up: another certificate, and nobody let in but set-up servers. */
const likeSetup = new Set<AmtErrorCode>(['certificate_changed', 'connection_dropped', 'tls_failed']);
const lookMs = 10_000;

/** What a PC that our everyday conversation fails with shows of its being unprovisioned; null: nothing. */
async function whatItShows(error: unknown, pc: Pc, facts: ProvisioningFacts, deps: UpkeepDeps): Promise<string | null> {
  if (!(error instanceof AmtError && likeSetup.has(error.code))) return null;
  if (await showsFactory(pc, facts, deps)) return gone.certificate_changed ?? null;
  // After a partial one it still shows ours.
  const state = await ofSetup(facts, deps, (gateway) =>
    gateway.withDevice(
      { ...endpointOf(pc.device, null), credential: credentialOf.administrator(pc.device.id) },
      async ({ provisioning }) => (await provisioning.setup.read()).provisioningState,
      pc.signal,
    ),
  );
  return state === 'pre' || state === 'in'
    ? `it lets in only set-up servers, and says that its state is ${state}`
    : null;
}

/** Whether it shows the very certificate that it had when it came to us: then it is this PC, and its set-up is gone. */
async function showsFactory({ device, signal }: Pc, facts: ProvisioningFacts, deps: UpkeepDeps): Promise<boolean> {
  const { factoryFingerprint } = facts;
  if (!factoryFingerprint) return false;
  const { host, port } = device;
  const to = { host, port: port ?? amtPorts.tls, speaks: 'tls', timeoutMs: lookMs } as const;
  const answer = await deps.probes.askPort(to, signal);
  const shown = answer.kind === 'answered' ? (answer.tls?.fingerprint ?? null) : null;
  if (shown !== null) return shown === factoryFingerprint;
  // Some show it to nobody but a set-up server.
  const met = await ofSetup(facts, deps, (gateway) => gateway.meet({ host, port, tls: setupTlsOf(facts) }, signal));
  return met?.fingerprint === factoryFingerprint;
}

/** As a set-up server; null: we are none that it lets in. */
async function ofSetup<T>(
  facts: ProvisioningFacts,
  { setupGatewayOf }: UpkeepDeps,
  what: (gateway: SetupGateway) => Promise<T>,
): Promise<T | null> {
  const gateway = await setupGatewayOf(facts);
  try {
    return gateway && (await what(gateway));
  } catch (error) {
    if (error instanceof AmtError) return null;
    throw error;
  }
}

/** What an unprovisioned PC answers with: it says so, is silent on its ports, or does not know our account any more. */
const gone: Readonly<Partial<Record<AmtErrorCode, string>>> = {
  not_provisioned: 'it says that it is not provisioned',
  connection_refused: 'its AMT ports are closed',
  plain_port_closed: 'its AMT ports are closed',
  wrong_credentials: 'it does not know our account any more',
  certificate_changed: 'it shows the certificate of the factory again',
};

/**
 * Silence on the network: proof only of a PC that said it does it. A PC that is off has no AMT any more to answer; one that waits to be
 * set up anew ends every connection without a provisioning certificate.
 */
const silent = new Set<AmtErrorCode>(['unreachable', 'no_answer', 'connection_dropped']);

/** How it is seen that the PC is unprovisioned; null: it says that it is provisioned. Rejects when that can't be told. */
async function lookAt(pc: Pc, isAccepted: boolean, facts: ProvisioningFacts, deps: UpkeepDeps): Promise<string | null> {
  const look = async () => {
    try {
      const state = await converse(pc, {}, ({ provisioning }) => provisioning.setup.read(), deps);
      return state.provisioningState === 'post' ? null : `it says that its state is ${state.provisioningState}`;
    } catch (error) {
      const shown = await whatItShows(error, pc, facts, deps);
      if (shown === null) throw error;
      return shown;
    }
  };
  try {
    return await patiently(look, whileRestarting, deps.clock, pc.signal);
  } catch (error) {
    if (!(error instanceof AmtError)) throw error;
    const proof = isAccepted && silent.has(error.code) ? 'it took the command, and is silent since' : gone[error.code];
    if (proof === undefined) throw error;
    return proof;
  }
}

/** What it is to us from then on. */
const unprovisioned = classifyAmt({
  presence: 'answers',
  wasSeen: true,
  provisioningState: 'pre',
  account: 'not_tried',
  certificate: 'unknown',
  controlMode: 'none',
  inInventory: true,
});

async function cleanUp(
  pc: Pc,
  { facts }: Provisioning,
  kind: RemovalKind,
  proof: string,
  deps: UpkeepDeps,
): Promise<Removed> {
  const { id, fqdn } = pc.device;
  const { authority, secrets, inventory, statuses, clock } = deps;
  try {
    const object = await removeObject(facts, fqdn, deps);
    const certificates = (await authority?.certificates.revokeDevice(id, 'cessationOfOperation')) ?? 0;
    if (!authority && facts.certificateId) throw new ProvisioningError('no_authority');
    await inventory.setReach(id, null, clock.now());
    await statuses.keep([{ deviceId: id, at: clock.now(), ...unprovisioned }]);
    const hasMebx = (await secrets.inForce(id, 'mebx')) !== null;
    // What stays in the PC must stay known: MEBx has its password whatever is unprovisioned over the network.
    await secrets.forget(id, kind === 'partial' ? ['administrator', 'mebx'] : ['mebx']);
    const keeps = kind === 'partial' ? 'administrator and MEBx' : hasMebx ? 'MEBx' : 'nothing';
    await changed(id, { state: 'removed', failure: null, facts: { removalSent: '', removalProof: '' } }, deps);
    return { proof, certificates, object, keeps };
  } catch (error) {
    if (pc.signal.aborted) throw error;
    const { code, evidence } = whyItStopped(error);
    throw new ProvisioningError('removal_incomplete', [`${code}: ${proof}`, ...evidence], { cause: error });
  }
}

/** Its object and with it its service principal names; both are looked for afterwards. */
async function removeObject(facts: ProvisioningFacts, fqdn: string | null, deps: UpkeepDeps): Promise<string | null> {
  const { directoryDn } = facts;
  if (!directoryDn || fqdn === null) return null;
  const directory = await deps.directoryOf(fqdn);
  if (!directory) throw new ProvisioningError('domain_not_configured', [fqdn]);
  const { devices } = directory;
  await devices.remove(directoryDn);
  const { servicePrincipals } = devices.names(fqdn);
  const holders = (await devices.holders(servicePrincipals)).flatMap(({ objects }) => objects);
  const still = holders.filter((dn) => dn.toLowerCase() === directoryDn.toLowerCase());
  if (still.length > 0)
    throw new ProvisioningError('provisioning_directory_refused', [`${directoryDn} is there still`]);
  return directoryDn;
}

/** What was not done with a PC that does not answer, in words. */
export const notReached = 'nothing was changed: its certificate, its object and its passwords are as they were';

/** Whether the removal of a PC was under way when it could not be reached. */
export const isUnreached = (error: unknown): boolean =>
  (['unreachable', 'no_answer', 'connection_refused', 'name_not_found', 'connection_dropped'] as const).some((code) =>
    isAmtError(error, code),
  );
