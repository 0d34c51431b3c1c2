import { isSameDnsName } from '../inventory/dns-name.ts';
import { verifyMends as mends } from '../messages/checks/verify-mends.ts';
import { amtPorts } from '../ports/amt.ts';
import type { PortAnswer, ShownTls } from '../ports/network/network-probes.ts';
import { renewalDays } from '../ports/pki/renewal.ts';
import { isIpAddress } from '../wake-causes/ip-address.ts';
import { type Check, checkOf } from './check.ts';
import type { PortSeen, VerifyEvidence } from './evidence.ts';

const dayMs = 24 * 60 * 60_000;
/** No AMT was made before: a date from then is none. */
const noDateBefore = new Date('1990-01-01T00:00:00Z');

/** The name leads to the PC. Pure. */
export function forwardDns({ dns, device }: VerifyEvidence): Check {
  const { pass, warn, fail, unknown, notApplicable } = checkOf('dns.forward', 'DNS, name');
  const { name, addresses } = dns;
  if (name === null || addresses === null) return notApplicable('the inventory has no name of it', mends.name_missing);
  if (addresses.kind === 'no_answer') return unknown(`no DNS server answered for ${name}`, mends.dns_silent);
  if (addresses.kind === 'none') return fail(`DNS has no address of ${name}`, mends.dns_missing);
  const found = addresses.values.join(', ');
  if (isIpAddress(device.host) && !addresses.values.includes(device.host))
    return fail(`${name} is ${found}; the inventory says ${device.host}`, mends.dns_elsewhere);
  return addresses.values.length > 1 ? warn(`${name} is ${found}`, mends.dns_several) : pass(`${name} is ${found}`);
}

/** The address leads to the name. Pure. */
export function reverseDns({ dns, device }: VerifyEvidence): Check {
  const { pass, warn, unknown } = checkOf('dns.reverse', 'DNS, address');
  const { address, names } = dns;
  if (address === null || names === null) return unknown('its address is not known');
  if (names.kind === 'no_answer') return unknown(`no DNS server answered for ${address}`, mends.dns_silent);
  if (names.kind === 'none') return warn(`DNS has no name of ${address}`, mends.dns_reverse_missing);
  const wanted = device.fqdn ?? dns.name;
  if (wanted !== null && !names.values.some((name) => isSameDnsName(name, wanted)))
    return warn(`${address} is ${names.values.join(', ')}, not ${wanted}`, mends.dns_reverse_wrong);
  return pass(`${address} is ${names.values.join(', ')}`);
}

const isOpen = ({ kind }: PortAnswer) => kind === 'answered' || kind === 'tls_failed';

/** The port that this service connects to. Pure. */
export function ownPort({ own, others, device }: VerifyEvidence): Check {
  const { pass, fail } = checkOf('port.own', 'Port of AMT');
  const seen = `${own.port}: ${answerWord(own.answer)}`;
  if (isOpen(own.answer)) return pass(seen);
  const overTls = others.find(({ port, answer }) => port === amtPorts.tls && isOpen(answer));
  if (device.tls === 'none' && own.answer.kind === 'refused' && overTls)
    return fail(`${seen}; ${amtPorts.tls}: ${answerWord(overTls.answer)}`, mends.plain_port_closed);
  return fail(seen, own.answer.kind === 'refused' ? mends.port_refused : mends.port_silent);
}

/** The other ports of AMT, and its pong: told, and no fault by itself. Pure. */
export function otherPorts({ others, pong }: VerifyEvidence): Check {
  const { pass, notApplicable, warn } = checkOf('port.others', 'Other ports');
  if (others.length === 0) return notApplicable('it has a port of its own');
  const of = (isWanted: boolean) =>
    others.filter(({ answer }) => isOpen(answer) === isWanted).map(({ port }) => String(port));
  const [open, closed] = [of(true), of(false)];
  const words = [
    ...(open.length > 0 ? [`open: ${open.join(', ')}`] : []),
    ...(closed.length > 0 ? [`closed: ${closed.join(', ')}`] : []),
    ...(pong === null ? [] : [`presence ping: ${pong ? 'answered' : 'not answered'}`]),
  ];
  if (open.includes('16992')) return warn(words.join('; '), mends.plain_port_open);
  return pass(words.join('; '));
}

function answerWord(answer: PortAnswer): string {
  if (answer.kind === 'tls_failed') return `TLS failed (${answer.why})`;
  if (answer.kind === 'no_route') return `no route to the ${answer.to}`;
  const words = {
    answered: 'answers',
    mute: 'took the connection and said nothing',
    dropped: 'closed the connection',
    refused: 'refused',
    silent: 'no answer',
    no_address: 'no address',
  } as const;
  return words[answer.kind];
}

/** The certificate that a port showed. Pure. */
export const shownBy = ({ answer }: PortSeen): ShownTls | null => (answer.kind === 'answered' ? answer.tls : null);

/** Its days. Pure. */
export function certificateDays({ own, now }: VerifyEvidence): Check {
  const { pass, warn, fail, unknown } = checkOf('tls.days', 'Certificate, days');
  const shown = shownBy(own);
  if (shown === null) return noCertificate(unknown, own);
  const { validFrom, validTo } = shown.certificate;
  if (validTo < noDateBefore) return fail('its dates are zeros', mends.certificate_zero_date);
  const days = Math.floor((validTo.getTime() - now.getTime()) / dayMs);
  const until = `until ${validTo.toISOString().slice(0, 10)}`;
  if (validFrom > now) return fail(`not valid before ${validFrom.toISOString()}`, mends.certificate_early);
  if (validTo <= now) return fail(`ended ${validTo.toISOString().slice(0, 10)}`, mends.certificate_ended);
  if (days < renewalDays) return warn(`${until}, ${days} days`, mends.certificate_ends);
  return pass(`${until}, ${days} days`);
}

/** Its names. Pure. */
export function certificateName({ own, device }: VerifyEvidence): Check {
  const { pass, fail, unknown, notApplicable } = checkOf('tls.name', 'Certificate, name');
  const shown = shownBy(own);
  if (shown === null) return noCertificate(unknown, own);
  const names = [...(shown.name === null ? [] : [shown.name]), ...shown.certificate.alternativeNames];
  const seen = names.length > 0 ? [...new Set(names)].join(', ') : 'it has none';
  const wanted = device.fqdn ?? device.host;
  if (names.some((name) => isSameDnsName(name, wanted))) return pass(seen);
  // What is pinned is known by its fingerprint.
  if (device.tls !== 'ca') return notApplicable(`${seen}; it is pinned, so its name is not compared`);
  return fail(`${seen}, not ${wanted}`, mends.certificate_name);
}

/** Who vouches for it, and whether it is the recorded one. Pure. */
export function certificateTrust({ own, device }: VerifyEvidence): Check {
  const { pass, fail, unknown } = checkOf('tls.trust', 'Certificate, chain');
  const shown = shownBy(own);
  if (shown === null) return noCertificate(unknown, own);
  const { chain, issuer, isSelfSigned } = shown.certificate;
  const who = isSelfSigned ? 'self-signed' : `issued by ${issuer ?? 'nobody named'}`;
  if (device.tls === 'pinned' || device.tls === 'legacy') {
    const isRecorded = shown.fingerprint === device.certificateFingerprint?.toLowerCase();
    return isRecorded
      ? pass(`${who}; it is the recorded one`)
      : fail(`${who}; it is not the recorded one`, mends.certificate_changed);
  }
  if (chain === null) return unknown(who, mends.authority_missing);
  if (chain === 'yes') return pass(`${who}, which is our authority`);
  // An outdated certificate has a line of its own, and so has its chain: it cannot be judged.
  return fail(`${who}: ${chain}`, mends.certificate_foreign);
}

/** How the connection is protected. Pure. */
export function tlsVersion({ own }: VerifyEvidence): Check {
  const { pass, warn, unknown } = checkOf('tls.version', 'TLS');
  const shown = shownBy(own);
  if (shown === null) return noCertificate(unknown, own);
  return /^TLSv1(?:\.1)?$/.test(shown.protocol) ? warn(shown.protocol, mends.tls_old) : pass(shown.protocol);
}

const noCertificate = (unknown: ReturnType<typeof checkOf>['unknown'], { answer }: PortSeen): Check =>
  answer.kind === 'answered' ? unknown('it is reached without TLS', mends.tls_missing) : unknown('none was shown');
