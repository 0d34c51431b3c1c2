import { AmtError, type AmtSession } from '../../ports/amt.ts';
import type { Provisioning, ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { profileFor } from '../../profiles/profile.ts';
import { createBringNetworkAccess } from '../configure/bring-network-access.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import { activateCertificate } from '../secure/activate-certificate.ts';
import { type DeviceCertificateDeps, giveCertificate } from '../secure/device-certificate.ts';
import { ask, converse, isAmtError, type Way } from './converse.ts';
import { nextCertificate } from './next-certificate.ts';
import { fqdnOf, keptFactsOf, type Pc, provisionedRecord, type UpkeepDeps } from './upkeep-deps.ts';

/** What was renewed: `TLS`, `802.1X`; with its new end. */
export interface RenewedCertificate {
  readonly what: 'TLS' | '802.1X';
  readonly until: Date | null;
}

/**
 * Renews what certificates of ours a PC has: new key pair, new certificate, commit; the connection proves the new one, by which the PC
 * is reached from then on; then the one before is revoked as superseded and removed. Cut off in between, the PC shows one of the two,
 * and both are known: asked again it goes on. Rejects with AmtError, PkiError or ProvisioningError.
 */
export async function renewCertificates(pc: Pc, deps: UpkeepDeps): Promise<readonly RenewedCertificate[]> {
  const record = await provisionedRecord(pc, deps);
  const { authority } = deps;
  if (!authority) throw new ProvisioningError('no_authority');
  const facts = keptFactsOf(deps);
  const renewed: RenewedCertificate[] = [];
  if (!record.facts.certificateId && !record.facts.networkCertificateId)
    throw new ProvisioningError('no_certificate_of_ours');
  if (record.facts.certificateId) {
    const isDone = pc.requestId !== null && record.facts.renewedFor === pc.requestId;
    if (!isDone) await renewTls(pc, record, authority, deps);
    renewed.push({ what: 'TLS', until: await untilOf(pc, authority, 'certificateId', deps) });
  }
  await facts.keep(pc.device.id, { renewedFor: pc.requestId ?? '' });
  const now: Pc = { ...pc, device: (await deps.inventory.devices([pc.device.id]))[0] ?? pc.device };
  if (record.facts.networkCertificateId && (await renewNetwork(now, authority, deps)))
    renewed.push({ what: '802.1X', until: await untilOf(pc, authority, 'networkCertificateId', deps) });
  return renewed;
}

async function untilOf(
  { device }: Pc,
  { certificates }: DeviceCertificateDeps,
  name: 'certificateId' | 'networkCertificateId',
  deps: UpkeepDeps,
): Promise<Date | null> {
  const id = (await keptFactsOf(deps).of(device.id))[name];
  return id ? (await certificates.collect(id)).notAfter : null;
}

async function renewTls(
  pc: Pc,
  record: Provisioning,
  authority: DeviceCertificateDeps,
  deps: UpkeepDeps,
): Promise<void> {
  const { device } = pc;
  const kept = keptFactsOf(deps);
  const next = nextCertificate(record.facts, 'device_tls');
  const wish = {
    deviceId: device.id,
    fqdn: fqdnOf(pc),
    purpose: 'device_tls',
    facts: next.facts,
    kept: (found: ProvisioningFacts) => kept.keep(device.id, next.aside(found)),
  } as const;
  const put = async (session: AmtSession) => {
    const found = await giveCertificate(session, wish, authority);
    // Its answer may be lost with the network that it restarts: what the PC shows then tells.
    await session.provisioning.setup.commit().catch((error: unknown) => {
      if (!(error instanceof AmtError) || error.code === 'cancelled') throw error;
      if (!error.mayHaveActed && error.code !== 'certificate_changed') throw error;
    });
    return found;
  };
  const found = await converse(pc, {}, put, deps).catch((error: unknown) => {
    // A commit before took effect: it shows the next one already.
    if (next.facts.fingerprint && isAmtError(error, 'certificate_changed')) return next.facts;
    throw error;
  });
  const { fingerprint } = found;
  if (!fingerprint) throw new ProvisioningError('certificate_not_shown');
  const way: Way = device.certificateFingerprint === null ? {} : { certificateFingerprint: fingerprint };
  await prove(pc, way, found, authority, deps);
  const { tls, port, credential } = device;
  const reach = { tls, port, credential, certificateFingerprint: way.certificateFingerprint ?? null };
  await deps.inventory.setReach(device.id, reach, deps.clock.now());
  await kept.keep(device.id, next.inUse(found));
  await ask(pc, way, (session) => activate(session, found, authority), deps);
}

const activate = (session: AmtSession, facts: ProvisioningFacts, authority: DeviceCertificateDeps) =>
  activateCertificate(session, { purpose: 'device_tls', facts }, authority);

/** The everyday connection shows the new certificate: by its fingerprint, or where the authority alone counts by its end. */
async function prove(
  pc: Pc,
  way: Way,
  found: ProvisioningFacts,
  { certificates }: DeviceCertificateDeps,
  deps: UpkeepDeps,
): Promise<void> {
  try {
    const { certificateExpiresAt } = await ask(pc, way, (session) => session.readFacts(), deps);
    if (way.certificateFingerprint) return;
    const { notAfter } = await certificates.collect(found.certificateId ?? '');
    if (certificateExpiresAt?.getTime() === notAfter?.getTime()) return;
  } catch (error) {
    if (!isAmtError(error, 'certificate_changed')) throw error;
  }
  throw new ProvisioningError('certificate_not_shown');
}

/** False where its profile has no certificate for 802.1X any more. */
async function renewNetwork(pc: Pc, authority: DeviceCertificateDeps, deps: UpkeepDeps): Promise<boolean> {
  const { device } = pc;
  const access = profileFor(device, deps.profiles())?.networkAccess;
  if (access?.method !== 'tls') return false;
  const kept = keptFactsOf(deps);
  const next = nextCertificate(await kept.of(device.id), 'network_client');
  let found: ProvisioningFacts = {};
  const bring = createBringNetworkAccess(
    {
      device,
      facts: next.facts,
      kept: (facts) => {
        found = { ...found, ...facts };
        return kept.keep(device.id, next.aside(facts));
      },
    },
    { ...deps, authority },
  );
  const problem = await converse(pc, {}, (session) => bring(session, access), deps);
  if (problem !== null) throw new ProvisioningError('network_access_not_taken', [problem]);
  await kept.keep(device.id, next.inUse(found));
  return true;
}
