import { amtPorts } from '../../ports/amt.ts';
import type { NetworkProbes, PortAnswer, PortProbe } from '../../ports/network/network-probes.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { WakeHistory } from '../../ports/store/wake-history.ts';
import type { Dated, Evidence, NameFinding, NeighbourFinding, PortFinding } from '../../wake-causes/evidence.ts';
import { subnetPrefix } from '../../wake-causes/ip-address.ts';
import type { OperationName, OperationTask } from '../operation.ts';
import { askAmt } from './ask-amt.ts';
import { askDns } from './ask-dns.ts';

/** What a diagnosis needs besides the device. */
export interface DiagnosisDeps {
  readonly probes: NetworkProbes;
  readonly wakeHistory: WakeHistory;
}

/** The first packet wakes a sleeping ME and is lost (Intel AMT guide), so silence is believed after several tries. */
const tries = 3;
const probeMs = 3_000;
const neighbourMs = 2_500;
/** For everything that AMT is asked: 3 tries and this stay under 15 s. */
const amtMs = 4_500;
const mostNeighbours = 5;
/** Operations that should leave the PC on. */
const wakeOperations: readonly OperationName[] = ['power-on', 'power-cycle', 'reset', 'boot'];
/** Answers after which it is worth waiting for another. */
const worthAnotherTry = new Set<PortAnswer['kind']>(['silent', 'mute', 'dropped']);

type Task = Pick<OperationTask, 'session' | 'device' | 'clock' | 'signal'>;

/** Looks at everything that tells something. Rejects only when the signal ends it, or the store fails. */
export async function gatherEvidence(task: Task, deps: DiagnosisDeps): Promise<Evidence> {
  const { device, clock, signal } = task;
  const { wakeHistory } = deps;
  const dns = askDns(device, deps.probes, clock);
  const outside = lookFromOutside(task, deps, dns);
  const [{ ports, neighbours }, names, lastWake, linkPolicy, powerPackage, systemUuid] = await Promise.all([
    outside,
    dns,
    wakeHistory.lastOutcome(device.id, wakeOperations),
    wakeHistory.lastFact(device.id, 'linkPolicy'),
    wakeHistory.lastFact(device.id, 'powerPackage'),
    wakeHistory.systemUuid(device.id),
  ]);
  signal.throwIfAborted();
  const answer = ports[0].tries.at(-1)?.kind;
  // The look from outside is over: AMT has few sockets.
  const amt = answer === 'answered' || answer === 'tls_failed' ? await askAmt(task.session, clock, amtMs) : null;
  const { name, host, fqdn, tls, seenAt, powerState } = device;
  return {
    now: clock.now(),
    device: { name, host, fqdn, tls, seenAt, powerState },
    ports,
    amt,
    dns: names,
    neighbours,
    lastWake,
    remembered: { linkPolicy, powerPackage, systemUuid },
  };
}

async function lookFromOutside(task: Task, deps: DiagnosisDeps, dns: Promise<NameFinding>) {
  const { device, clock, signal } = task;
  const { probes } = deps;
  const { own, other } = probesOf(device);
  const ask = async (probe: PortProbe): Promise<Dated<PortAnswer>> => {
    const answer = await probes.askPort(probe, signal);
    return { ...answer, at: clock.now() };
  };
  const [first, beside] = await Promise.all([ask(own), other === null ? null : ask(other)]);
  const isGone = worthAnotherTry.has(first.kind) || first.kind === 'no_route';
  const [all, neighbours] = await Promise.all([
    again(() => ask(own), first),
    isGone ? askNeighbours(task, deps, (await dns).address) : null,
  ]);
  const ports: [PortFinding, ...PortFinding[]] = [{ port: own.port, speaks: own.speaks, tries: all }];
  if (other !== null && beside !== null) ports.push({ port: other.port, speaks: other.speaks, tries: [beside] });
  return { ports, neighbours };
}

async function again(
  ask: () => Promise<Dated<PortAnswer>>,
  first: Dated<PortAnswer>,
): Promise<readonly Dated<PortAnswer>[]> {
  const all = [first];
  for (let last = first; all.length < tries && worthAnotherTry.has(last.kind); ) {
    last = await ask();
    all.push(last);
  }
  return all;
}

/** The port that the inventory names, and the other one that AMT may have open; null where the ports are not AMT's usual ones. */
function probesOf({ host, port, tls }: Device): { readonly own: PortProbe; readonly other: PortProbe | null } {
  const speaks = tls === 'none' ? 'plain' : 'tls';
  const beside = tls === 'none' ? 'tls' : 'plain';
  const own = { host, port: port ?? amtPorts[speaks], speaks, timeoutMs: probeMs } as const;
  const isUsual = own.port === amtPorts[speaks];
  return { own, other: isUsual ? { host, port: amtPorts[beside], speaks: beside, timeoutMs: probeMs } : null };
}

/** Whether other PCs of the subnet answer; the first packet may be lost on them too. */
async function askNeighbours(
  { device, clock, signal }: Task,
  { probes, wakeHistory }: DiagnosisDeps,
  address: string | null,
): Promise<NeighbourFinding> {
  const subnet = address === null ? null : subnetPrefix(address);
  const neighbours = await wakeHistory.neighbours(device, subnet, mostNeighbours);
  const answers = await Promise.all(
    neighbours.map(async (neighbour) => {
      const probe = { ...probesOf(neighbour).own, timeoutMs: neighbourMs };
      const first = await probes.askPort(probe, signal);
      const last = worthAnotherTry.has(first.kind) ? await probes.askPort(probe, signal) : first;
      return last.kind === 'answered' || last.kind === 'tls_failed' ? [neighbour.name] : [];
    }),
  );
  const where = subnet === null ? `site ${device.site}` : `${subnet}0/24`;
  return { at: clock.now(), where, asked: neighbours.map(({ name }) => name), answered: answers.flat() };
}
