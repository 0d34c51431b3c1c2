import { plainDnsName } from '../inventory/dns-name.ts';
import { amtPorts, type TlsMode } from '../ports/amt.ts';
import type { AmtPong } from '../ports/discovery/presence-sweep.ts';
import type { ScanFind, ScanStore } from '../ports/discovery/scan-store.ts';
import type { NetworkProbes, PortAnswer } from '../ports/network/network-probes.ts';
import type { Device } from '../ports/store/inventory-store.ts';
import { type AmtEvidence, classifyAmt } from './amt-status.ts';
import type { TrialEnd, TrialPlace } from './log-in-trials.ts';

/** What looking at one address needs. */
export interface AddressLookDeps {
  readonly probes: NetworkProbes;
  readonly scans: Pick<ScanStore, 'devicesCalled'>;
  readonly tryLogIns: (place: TrialPlace, signal: AbortSignal) => Promise<TrialEnd>;
  readonly accounts: readonly string[];
}

const probeMs = 4_000;
const nameMs = 2_000;

/**
 * The products that AMT firmware names itself by in the page that it shows everybody. AMT 11 and later may say no more than `AMT`, which
 * any program could: only on AMT's own port does it count.
 */
const amtServer =
  /^(?:Intel\(R\) (?:Active Management Technology|Standard Manageability|Small Business Technology)\b|AMT\b)/;

/**
 * Looks at one address that answered: what its ports show, whether it is known, and whether a known account is let in. Null when nothing
 * proves that it is AMT: an open port alone does not.
 */
export async function lookAtAddress(
  address: string,
  pong: AmtPong | null,
  deps: AddressLookDeps,
  signal: AbortSignal,
): Promise<ScanFind | null> {
  const { probes, scans } = deps;
  const ask = (port: number, speaks: 'plain' | 'tls') =>
    probes.askPort({ host: address, port, speaks, timeoutMs: probeMs, asksPage: true }, signal);
  const overTls = await ask(amtPorts.tls, 'tls');
  const overPlain = overTls.kind === 'answered' ? null : await ask(amtPorts.plain, 'plain');
  const shown = overTls.kind === 'answered' ? overTls.tls : null;
  const server = serverOf(overTls) ?? serverOf(overPlain);
  const saysAmt = server !== null && amtServer.test(server);
  if (pong === null && !saysAmt) return null;

  const answer = await probes.namesOf(address, nameMs);
  const inDns = answer.kind === 'found' ? answer.values : [];
  const inCertificate = [...(shown?.name ? [shown.name] : []), ...(shown?.certificate.alternativeNames ?? [])];
  const names = [...inDns, ...inCertificate].map(plainDnsName);
  // Anybody can write a name into a certificate of their own: it says who it is only where our authority vouches for it.
  const vouched = (shown?.certificate.chain === 'yes' ? [...inDns, ...inCertificate] : inDns).map(plainDnsName);
  const fqdn = names.find((name) => /^(?=.{4,253}$)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+$/.test(name)) ?? null;
  const known = knownAs(address, vouched, await scans.devicesCalled([address, ...vouched, ...vouched.map(firstLabel)]));
  const tls = modeOf(known, shown?.protocol ?? null);
  const fingerprint = shown?.fingerprint ?? null;
  // What is recorded is what a password may be sent to, not what somebody shows at that address today.
  const trusted = known ? known.certificateFingerprint : fingerprint;
  const name = known?.name ?? (fqdn === null ? `amt-${address.replaceAll('.', '-')}` : firstLabel(fqdn));
  const isOpen = overTls.kind === 'answered' || overPlain?.kind === 'answered';
  const credentials = [...new Set([...(known ? [known.credential] : []), ...deps.accounts])];
  const trial = isOpen
    ? await deps.tryLogIns({ address, name, fqdn: known?.fqdn ?? fqdn, tls, fingerprint: trusted, credentials }, signal)
    : null;
  const told = trial?.facts?.provisioningState ?? 'unknown';
  const standing = classifyAmt({
    presence: 'answers',
    wasSeen: true,
    provisioningState:
      trial?.isSetUp === false ? 'pre' : told === 'unknown' ? (pong?.provisioningState ?? 'unknown') : told,
    account: trial?.account ?? 'not_tried',
    certificate: certificateOf(shown, known),
    controlMode: trial?.facts?.controlMode ?? 'unknown',
    inInventory: known !== null,
  });
  return {
    address,
    deviceId: known?.id ?? null,
    name,
    fqdn: known?.fqdn ?? fqdn,
    seenBy: [...(pong ? ['presence ping'] : []), ...(saysAmt ? ['its page'] : [])].join(', '),
    version: trial?.facts?.amtVersion ?? versionIn(server) ?? pong?.version ?? null,
    tls,
    fingerprint,
    credential: trial?.credential ?? null,
    standing,
  };
}

const firstLabel = (name: string) => name.split('.')[0] ?? name;
const serverOf = (answer: PortAnswer | null) => (answer?.kind === 'answered' ? (answer.server ?? null) : null);
const versionIn = (server: string | null) => /\b(\d+(?:\.\d+){1,3})/.exec(server ?? '')?.[1] ?? null;

/** By its address first: a name may have moved on. A short name counts only where no longer one is on record. */
function knownAs(address: string, names: readonly string[], devices: readonly Device[]): Device | null {
  const lower = (text: string | null) => text?.toLowerCase() ?? '';
  return (
    devices.find(({ host }) => host === address) ??
    devices.find(({ host, fqdn }) => names.includes(lower(fqdn)) || names.includes(lower(host))) ??
    devices.find(({ fqdn, name }) => fqdn === null && names.some((each) => firstLabel(each) === lower(name))) ??
    null
  );
}

/** As the inventory says; else pinned to what it showed. */
function modeOf(known: Device | null, protocol: string | null): TlsMode {
  if (known) return known.tls;
  if (protocol === null) return 'none';
  return /^TLSv1(?:\.1)?$/.test(protocol) ? 'legacy' : 'pinned';
}

function certificateOf(
  shown: Extract<PortAnswer, { kind: 'answered' }>['tls'],
  known: Device | null,
): AmtEvidence['certificate'] {
  if (shown === null) return 'none';
  const { fingerprint, certificate } = shown;
  if (certificate.chain === 'yes' || fingerprint === known?.certificateFingerprint?.toLowerCase()) return 'ours';
  return certificate.isSelfSigned ? 'self-signed' : 'other';
}
