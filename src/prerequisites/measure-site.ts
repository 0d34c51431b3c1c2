import {
  type PrerequisiteCheck,
  type PrerequisiteReasonCode,
  prerequisiteChecks,
  prerequisiteReasons,
} from '../messages/checks/prerequisites.ts';
import { directoryReasons } from '../messages/reasons/directory-reasons.ts';
import type { Clock } from '../ports/clock.ts';
import { type Directory, DirectoryError } from '../ports/directory.ts';
import type { SiteProbes } from '../ports/network/site-probes.ts';
import type { Device } from '../ports/store/inventory-store.ts';
import { measureNames } from './measure-names.ts';
import { measurePorts } from './measure-ports.ts';
import type { SiteNetwork } from './site-network.ts';
import { type PrerequisiteStatus, type Verdicts, verdict } from './verdict.ts';
import { type CaKey, judgeCaKeys } from './verdicts/ca-keys.ts';
import { type DomainClock, judgeClock, judgeDomainClocks } from './verdicts/clocks.ts';
import { judgeDhcp } from './verdicts/dhcp.ts';
import { judgeContiguity } from './verdicts/names.ts';
import { judgePorts, judgeProvisioningPort } from './verdicts/ports.ts';

/** What one check of one site came to, with where and when. */
export interface PrerequisiteFinding {
  readonly site: string;
  readonly check: PrerequisiteCheck;
  readonly status: PrerequisiteStatus;
  /** Null when there is nothing to mend. */
  readonly reason: PrerequisiteReasonCode | null;
  /** What was measured; one line each, no secrets. */
  readonly evidence: readonly string[];
  /** What to do; null when there is nothing to mend. */
  readonly mend: string | null;
  /** Machine that measured. */
  readonly where: string;
  readonly measuredAt: Date;
}

/** A site, with what it is looked at by. */
export interface SiteQuestion {
  readonly site: string;
  readonly network: SiteNetwork;
  /** PCs that are looked at; see sample-devices.ts. */
  readonly sample: readonly Device[];
  /** Names of all PCs of the site. */
  readonly names: readonly { readonly device: string; readonly fqdn: string | null }[];
  /** The chain that the certificates of the devices come from. `file` null: none is configured; `keys` null: it cannot be read. */
  readonly deviceCa: { readonly file: string | null; readonly keys: readonly CaKey[] | null };
}

/** What the looking is done with. */
export interface SiteMeasuring {
  readonly probes: SiteProbes;
  readonly clock: Pick<Clock, 'now'>;
  /** Active Directory domains with the DNS names of the configuration. */
  readonly domains: readonly { readonly dnsName: string; readonly directory: Pick<Directory, 'name' | 'facts'> }[];
}

/**
 * Looks at everything that the network of a site has to offer before AMT is used there. Only reads: no lease, no DNS change, nothing
 * sent to a PC but what opens a connection. Rejects only with the reason of `signal`.
 */
export async function measureSite(
  { probes, clock, domains }: SiteMeasuring,
  { site, network, sample, names, deviceCa }: SiteQuestion,
  signal: AbortSignal,
): Promise<readonly PrerequisiteFinding[]> {
  const { dhcpInterface, timeSource, provisioningPort, probeMs } = network;
  const dnsNames = domains.map(({ dnsName }) => dnsName);
  const [dhcp, byNames, time, domainClocks, ports, heard] = await Promise.all([
    dhcpInterface === null ? null : probes.askDhcp(dhcpInterface, probeMs, signal),
    measureNames(probes, { network, sample, domains: dnsNames }),
    timeSource === null ? null : probes.askTime(timeSource, probeMs, signal),
    Promise.all(domains.map(({ directory }) => domainClock(directory, clock))),
    measurePorts(probes, sample, probeMs, signal),
    provisioningPort === null ? [] : listening(probes, provisioningPort, probeMs, signal),
  ]);
  signal.throwIfAborted();
  const verdicts: Verdicts = {
    ...judgeDhcp(dhcp, network),
    ...byNames,
    clock: judgeClock(timeSource, time),
    'domain clock': judgeDomainClocks(domainClocks, time),
    ...judgePorts(ports),
    'provisioning port': judgeProvisioningPort(provisioningPort, heard),
    names: judgeContiguity({ names, suffixes: network.dnsSuffixes, domains: dnsNames }),
    'CA key sizes': judgeCaKeys(deviceCa.file, deviceCa.keys),
  };
  const measuredAt = clock.now();
  const where = probes.ownName();
  return prerequisiteChecks.map((check) => {
    const { status, reason, evidence } = verdicts[check] ?? verdict.unknown('not_described');
    const mend = reason === null ? null : prerequisiteReasons[reason].mend;
    return { site, check, status, reason, evidence, mend, where, measuredAt };
  });
}

async function domainClock(
  directory: Pick<Directory, 'name' | 'facts'>,
  clock: Pick<Clock, 'now'>,
): Promise<DomainClock> {
  try {
    const { server, serverTime } = await directory.facts();
    return { domain: directory.name, server, aheadMs: serverTime.getTime() - clock.now().getTime() };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return { domain: directory.name, why: directoryReasons[error.code].what };
  }
}

/** Addresses of this machine on which something takes connections on the port. */
async function listening(probes: SiteProbes, port: number, probeMs: number, signal: AbortSignal) {
  const knocks = probes
    .ownAddresses()
    .map(async (address) => ({ address, answer: await probes.knock(address, port, probeMs, signal) }));
  return (await Promise.all(knocks)).filter(({ answer }) => answer.kind === 'answered').map(({ address }) => address);
}
