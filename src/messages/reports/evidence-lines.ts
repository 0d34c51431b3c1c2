import type { AmtErrorCode } from '../../ports/amt.ts';
import type { NameAnswer, PortAnswer } from '../../ports/network/network-probes.ts';
import type { AmtFinding, Evidence, NeighbourFinding, PortFinding } from '../../wake-causes/evidence.ts';
import { duration, listed, powerWord } from '../format.ts';
import { reasonFor } from '../reasons/reasons.ts';
import { settingWord } from './settings.ts';
import { tlsWord } from './status.ts';

/** One thing that is known. `by`: the PC itself, our own look at the network, DNS, or what was written down before. */
export interface EvidenceLine {
  /** Null for what stands in the inventory or was read with it. */
  readonly at: Date | null;
  readonly by: 'PC' | 'oob' | 'DNS' | 'record';
  readonly what: string;
}

/** Everything that is known, the newest measurements first, then what the record says. No conclusions. Pure. */
export function evidenceLines(evidence: Evidence): readonly EvidenceLine[] {
  const { ports, amt, neighbours } = evidence;
  return [
    ...ports.flatMap((port) => portLines(port)),
    ...(amt ? amtLines(amt) : []),
    ...dnsLines(evidence),
    ...(neighbours ? [neighbourLine(neighbours)] : []),
    ...recordLines(evidence),
  ];
}

const answerWords: Readonly<Record<Exclude<PortAnswer['kind'], 'answered' | 'tls_failed' | 'no_route'>, string>> = {
  mute: 'took the connection and said nothing',
  dropped: 'took the connection and closed it without a word',
  refused: 'refused the connection',
  silent: 'did not answer',
  no_address: 'the name has no address',
};

function answerWord(answer: PortAnswer): string {
  if (answer.kind === 'tls_failed') return `began TLS, which failed (${answer.why})`;
  if (answer.kind === 'no_route') return `no route to the ${answer.to}`;
  if (answer.kind !== 'answered') return answerWords[answer.kind];
  if (answer.tls === null) return 'answers';
  const { protocol, fingerprint, name } = answer.tls;
  const shown = [tlsWord(protocol), `certificate ${fingerprint.slice(0, 16)}...`, name === null ? '' : `of ${name}`];
  return `answers: ${shown.filter((part) => part !== '').join(', ')}`;
}

/** Tries that went alike are one line. */
function portLines({ port, speaks, tries }: PortFinding): readonly EvidenceLine[] {
  const kind = speaks === 'tls' ? 'TLS' : 'plain';
  const lines: EvidenceLine[] = [];
  let same = 0;
  for (const [index, answer] of tries.entries()) {
    same = tries[index - 1]?.kind === answer.kind ? same + 1 : 1;
    if (tries[index + 1]?.kind === answer.kind) continue;
    const times = same > 1 ? `, ${same} times` : '';
    const what = `port ${port} (${kind}): ${answerWord(answer)}${times}${answer.kind === 'answered' ? '' : ` (${duration(answer.ms)})`}`;
    lines.push({ at: answer.at, by: 'oob', what });
  }
  return lines;
}

function amtLines({ at, ...told }: AmtFinding): readonly EvidenceLine[] {
  const line = (what: string): EvidenceLine => ({ at, by: 'PC', what });
  const { powerState, osPowerSaving, linkPolicy, powerPackage, amtVersion, systemUuid, error } = told;
  const settings = [
    ...(linkPolicy ? [`link kept up: ${settingWord({ linkPolicy }, 'linkPolicy')}`] : []),
    ...(powerPackage ? [`power package: ${powerPackage}`] : []),
  ];
  return [
    ...(powerState === null
      ? []
      : [line(`power state ${powerState} (${powerWord(powerState)})${amtVersion ? `; AMT ${amtVersion}` : ''}`)]),
    ...(osPowerSaving === null ? [] : [line(`OS power saving state: ${osPowerSaving}`)]),
    ...settings.map(line),
    ...(systemUuid === null ? [] : [line(`system UUID ${systemUuid}`)]),
    ...(error === null ? [] : errorLines(at, error)),
  ];
}

/** Refusals that AMT spoke; the other codes are what we made of the connection. */
const spoken = new Set<AmtErrorCode>([
  'wrong_credentials',
  'not_permitted',
  'not_provisioned',
  'class_missing',
  'write_limit',
  'store_full',
  'audit_log_blocks',
  'firmware_fault',
  'device_overloaded',
]);

function errorLines(at: Date, { code, evidence }: NonNullable<AmtFinding['error']>): readonly EvidenceLine[] {
  const by = spoken.has(code) ? 'PC' : 'oob';
  // The first line of a refusal is what was said, the others explain it.
  const seen = by === 'PC' ? evidence.slice(0, 1) : evidence;
  return seen.map((what) => ({ at, by, what }));
}

function nameWord(answer: NameAnswer): string {
  if (answer.kind === 'none') return 'there is none';
  return answer.kind === 'no_answer' ? 'no server answered' : listed(answer.values);
}

function dnsLines({ dns }: Evidence): readonly EvidenceLine[] {
  const { at, name, addresses, address, names } = dns;
  const line = (what: string): EvidenceLine => ({ at, by: 'DNS', what });
  return [
    ...(name !== null && addresses ? [line(`address of ${name}: ${nameWord(addresses)}`)] : []),
    ...(address !== null && names?.kind === 'found' ? [line(`name of ${address}: ${nameWord(names)}`)] : []),
  ];
}

function neighbourLine({ at, where, asked, answered }: NeighbourFinding): EvidenceLine {
  if (asked.length === 0) return { at, by: 'oob', what: `no other PC of ${where} is in the inventory` };
  const who = answered.length === 0 ? 'none answers' : `${listed(answered)} answer${answered.length === 1 ? 's' : ''}`;
  return { at, by: 'oob', what: `of ${asked.length} neighbours in ${where} ${who}` };
}

function recordLines({ device, dns, lastWake, remembered, amt }: Evidence): readonly EvidenceLine[] {
  const lines: EvidenceLine[] = [];
  if (dns.addresses?.kind === 'found' && dns.address === device.host && !dns.addresses.values.includes(device.host))
    lines.push({ at: null, by: 'record', what: `address in the inventory: ${device.host}` });
  const { linkPolicy, powerPackage, systemUuid } = remembered;
  if (lastWake !== null) {
    const { operation, code, evidence, endedAt } = lastWake;
    const seen = evidence.length > 0 ? `: ${evidence.join('; ')}` : `: ${reasonFor(code).what}`;
    lines.push({ at: endedAt, by: 'record', what: `last ${operation} ended as ${code}${seen}` });
  }
  if (device.seenAt !== null)
    lines.push({ at: device.seenAt, by: 'record', what: `last heard from, power ${powerWord(device.powerState)}` });
  // What AMT says itself now needs no memory.
  if (linkPolicy && !amt?.linkPolicy) {
    const kept = linkPolicy.value === '' ? 'never' : linkPolicy.value.replaceAll(',', ', ');
    lines.push({ at: linkPolicy.at, by: 'record', what: `link kept up then: ${kept}` });
  }
  if (powerPackage && !amt?.powerPackage)
    lines.push({ at: powerPackage.at, by: 'record', what: `power package then: ${powerPackage.value}` });
  if (systemUuid !== null && amt?.systemUuid && amt.systemUuid !== systemUuid)
    lines.push({ at: null, by: 'record', what: `system UUID when its hardware was read: ${systemUuid}` });
  return lines;
}
