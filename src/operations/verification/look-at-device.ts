import { type AmtEvidence, type AmtStanding, classifyAmt } from '../../discovery/amt-status.ts';
import { type AmtErrorCode, type AmtFacts, amtPorts, portOf } from '../../ports/amt.ts';
import type { PresenceSweep } from '../../ports/discovery/presence-sweep.ts';
import type { NetworkProbes, PortAnswer } from '../../ports/network/network-probes.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { PortSeen } from '../../verification/evidence.ts';

/** What looking at one PC needs. */
export interface LookDeps {
  readonly probes: NetworkProbes;
  readonly sweep: PresenceSweep;
}

/** Other ports that AMT registers: redirection, and remote management control (IANA). */
const spokenTo = [16_994, 16_995, 623, 664] as const;
const probeMs = 3_000;
const waitMs = 1_000;

/** What was seen of a PC from outside. */
export interface OutsideLook {
  readonly own: PortSeen;
  readonly others: readonly PortSeen[];
  /** Null: it was not pinged, for its address is not known. */
  readonly pong: { readonly heard: boolean; readonly provisioningState: AmtEvidence['provisioningState'] } | null;
}

/** Looks at all ports of AMT, two connections at a time, for it has few sockets, and sends a presence ping. */
export async function lookFromOutside(
  { device, signal }: { readonly device: Device; readonly signal: AbortSignal },
  { probes, sweep }: LookDeps,
  address: string | null,
): Promise<OutsideLook> {
  const { host, port } = device;
  const isPlain = device.tls === 'none';
  const look = async (at: number, speaks: 'plain' | 'tls'): Promise<PortSeen> => {
    const probe = {
      host,
      port: at,
      speaks,
      timeoutMs: probeMs,
      ...(speaks === 'tls' ? { asksPage: true as const } : {}),
    };
    const first = await probes.askPort(probe, signal);
    // The first packet wakes a sleeping ME and is lost (Intel AMT guide).
    const answer = first.kind === 'silent' || first.kind === 'mute' ? await probes.askPort(probe, signal) : first;
    return { port: at, answer };
  };
  const own = await look(portOf(device), isPlain ? 'plain' : 'tls');
  const pinged = address === null ? null : await ping(sweep, address, signal);
  if (port !== null) return { own, others: [], pong: pinged };
  const beside = isPlain ? look(amtPorts.tls, 'tls') : look(amtPorts.plain, 'plain');
  const knocks = spokenTo.map(
    async (at): Promise<PortSeen> => ({
      port: at,
      answer: await probes.knock(host, at, probeMs, signal),
    }),
  );
  const [other, ...rest] = await Promise.all([beside, ...knocks]);
  return { own, others: [other, ...rest], pong: pinged };
}

async function ping(sweep: PresenceSweep, address: string, signal: AbortSignal): Promise<OutsideLook['pong']> {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return null;
  const { pongs } = await sweep({ addresses: [address], ratePerSecond: 10, tries: 2, waitMs }, signal);
  return { heard: pongs.length > 0, provisioningState: pongs[0]?.provisioningState ?? 'unknown' };
}

/** True when something speaks there. Pure. */
export const isOpen = ({ answer }: PortSeen) => answer.kind === 'answered' || answer.kind === 'tls_failed';

/** Errors that say nothing of the account: it was not even tried. */
const refusals = new Set<AmtErrorCode>(['wrong_credentials', 'not_permitted']);

/** The AMT status that follows from what was seen outside and heard inside. Pure. */
export function standingOf(
  device: Pick<Device, 'tls' | 'certificateFingerprint' | 'seenAt'>,
  outside: OutsideLook,
  facts: AmtFacts | null,
  error: AmtErrorCode | null,
): AmtStanding {
  const { own, others, pong } = outside;
  const ports = [own, ...others.filter(({ port }) => port === amtPorts.plain || port === amtPorts.tls)];
  const answers = ports.some(isOpen) || (pong?.heard ?? false);
  const told = facts?.provisioningState ?? 'unknown';
  return classifyAmt({
    presence: answers ? 'answers' : 'silent',
    wasSeen: device.seenAt !== null,
    provisioningState:
      error === 'not_provisioned' ? 'pre' : told === 'unknown' ? (pong?.provisioningState ?? told) : told,
    account: facts ? 'accepted' : error && refusals.has(error) ? 'refused' : 'not_tried',
    certificate: certificateOf(device, own.answer),
    controlMode: facts?.controlMode ?? 'unknown',
    inInventory: true,
  });
}

function certificateOf(
  { tls, certificateFingerprint }: Pick<Device, 'tls' | 'certificateFingerprint'>,
  answer: PortAnswer,
): AmtEvidence['certificate'] {
  if (tls === 'none') return 'none';
  if (answer.kind !== 'answered' || answer.tls === null) return 'unknown';
  const { fingerprint, certificate } = answer.tls;
  if (certificate.chain === 'yes' || fingerprint === certificateFingerprint?.toLowerCase()) return 'ours';
  return certificate.isSelfSigned ? 'self-signed' : 'other';
}
