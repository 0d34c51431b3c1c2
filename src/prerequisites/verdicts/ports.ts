import type { PrerequisiteReasonCode } from '../../messages/checks/prerequisites.ts';
import type { PortAnswer } from '../../ports/network/network-probes.ts';
import { firstLines, pcs, type Verdict, type Verdicts, verdict } from '../verdict.ts';

/** TCP ports of AMT, with TLS and without (Intel AMT Implementation and Reference Guide, "Network ports"). */
export const amtPorts = { management: [16_993, 16_992], redirection: [16_995, 16_994], rmcp: [664, 623] } as const;

/** What the ports of one PC did. */
export interface PortEvidence {
  readonly device: string;
  /** By port; a port that was not looked at is missing. */
  readonly ports: ReadonlyMap<number, PortAnswer>;
}

type Reach = 'open' | 'closed' | 'gone';

const words: Readonly<Record<PortAnswer['kind'], string>> = {
  answered: 'open',
  tls_failed: 'open',
  mute: 'open',
  dropped: 'open',
  refused: 'refused',
  silent: 'no answer',
  no_route: 'no way there',
  no_address: 'no such name',
};

/** Whether a connection was taken. Dropped at once counts too: AMT has few places, and they may be taken. */
export const isOpen = (kind: PortAnswer['kind']): boolean => words[kind] === 'open';

/** A pair of ports is open when one of them is: AMT listens on the one with TLS, on the other, or on both. */
function reachOf({ ports }: PortEvidence, pair: readonly number[]): Reach {
  const kinds = pair.flatMap((port) => ports.get(port)?.kind ?? []);
  if (kinds.some(isOpen)) return 'open';
  return kinds.includes('refused') ? 'closed' : 'gone';
}

function lineOf({ device, ports }: PortEvidence, pair: readonly number[]): string {
  const seen = pair.map((port) => `${port} ${words[ports.get(port)?.kind ?? 'silent']}`);
  return `${device}: ${seen.join(', ')}`;
}

/** Judges one pair for some PCs. All of them without it: fail; some: warn. `closedReason`: null where refusing is no fault. */
function judgePair(
  seen: readonly PortEvidence[],
  pair: readonly number[],
  closedReason: PrerequisiteReasonCode | null,
): Verdict {
  const gone = seen.filter((each) => reachOf(each, pair) === 'gone');
  const closed = seen.filter((each) => reachOf(each, pair) === 'closed');
  const open = seen.length - gone.length - closed.length;
  const faulty = closedReason ? [...gone, ...closed] : gone;
  const lines = firstLines(faulty.map((each) => lineOf(each, pair)));
  const count = `${pair.join(' or ')}: open on ${open} of ${pcs(seen.length)}`;
  const refused = closed.length > 0 && !closedReason ? [`refused, so the way is open: ${closed.length}`] : [];
  if (faulty.length === 0) return verdict.pass(count, ...refused);
  const reason = gone.length > 0 ? 'port_filtered' : (closedReason ?? 'port_filtered');
  return faulty.length === seen.length
    ? verdict.fail(reason, count, ...refused, ...lines)
    : verdict.warn(reason, count, ...refused, ...lines);
}

/** Judges the ports of AMT as seen from this machine. Redirection and RMCP only where AMT is reached at all. */
export function judgePorts(seen: readonly PortEvidence[]): Verdicts {
  if (seen.length === 0) {
    const none = verdict.notApplicable('the inventory has no PC in this site');
    return { 'management ports': none, 'redirection ports': none, 'RMCP ports': none };
  }
  const management = judgePair(seen, amtPorts.management, 'port_closed');
  const reached = seen.filter((each) => reachOf(each, amtPorts.management) === 'open');
  if (reached.length === 0) {
    const after = verdict.after('management ports');
    return { 'management ports': management, 'redirection ports': after, 'RMCP ports': after };
  }
  const redirection = judgePair(reached, amtPorts.redirection, 'redirection_closed');
  return {
    'management ports': management,
    // Somebody may have switched it off on purpose.
    'redirection ports': redirection.reason === 'redirection_closed' ? { ...redirection, status: 'warn' } : redirection,
    'RMCP ports': judgePair(reached, amtPorts.rmcp, null),
  };
}

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.');

/** Judges whether hello packets are listened for. `heard`: addresses of this machine that took a connection; null: no port is configured. */
export function judgeProvisioningPort(port: number | null, heard: readonly string[]): Verdict {
  if (port === null) return verdict.notApplicable('hello packets are not taken (provisioning.hello)');
  if (heard.length === 0) return verdict.fail('hello_unheard', `TCP ${port}: refused on every address of this machine`);
  const line = `TCP ${port} is listened to on ${firstLines(heard).join(', ')}`;
  return heard.every(isLoopback) ? verdict.fail('hello_loopback', line) : verdict.pass(line);
}
