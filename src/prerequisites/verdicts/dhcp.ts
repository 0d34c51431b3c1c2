import type { DhcpAnswer, DhcpReply } from '../../ports/network/site-probes.ts';
import type { SiteNetwork } from '../site-network.ts';
import { type Verdict, type Verdicts, verdict } from '../verdict.ts';

/** What of the site's description these verdicts go by. */
export type DhcpWanted = Pick<SiteNetwork, 'dnsSuffixes' | 'dnsServers' | 'dynamicDns'>;

/** Judges what the DHCP servers hand out. `answer`: null when the site has no interface to ask from. */
export function judgeDhcp(answer: DhcpAnswer | null, wanted: DhcpWanted): Verdicts {
  if (!answer) {
    const no = verdict.notApplicable('no network.dhcpInterface is configured for this site');
    return { 'DHCP server': no, 'DHCP option 6': no, 'DHCP option 15': no, 'DHCP option 81': no };
  }
  const server = judgeServer(answer);
  if (answer.kind !== 'answered') {
    const after = verdict.after('DHCP server');
    return { 'DHCP server': server, 'DHCP option 6': after, 'DHCP option 15': after, 'DHCP option 81': after };
  }
  return {
    'DHCP server': server,
    'DHCP option 6': judgeDnsServers(answer.replies, wanted.dnsServers),
    'DHCP option 15': judgeDomainName(answer.replies, wanted.dnsSuffixes),
    'DHCP option 81': judgeClientName(answer.replies, wanted.dynamicDns),
  };
}

/** Names that are nobody's (RFC 6761, RFC 6762 appendix G, ICANN's list of name collisions). */
const privateSuffix = /(?:^|\.)(?:local|localdomain|corp|home|lan|intranet|internal|private|invalid|test|example)$/;

const foreign = (count: number) => (count === 0 ? [] : [`${count} replies ignored: not to us, or malformed`]);

function judgeServer(answer: DhcpAnswer): Verdict {
  switch (answer.kind) {
    case 'no_rights':
      return verdict.unknown('dhcp_no_rights', 'UDP port 68: permission denied');
    case 'port_taken':
      return verdict.unknown('dhcp_port_taken', 'UDP port 68 is in use');
    case 'no_interface':
      return verdict.unknown('dhcp_no_interface', `there are ${answer.known.join(', ') || 'none'}`);
    case 'failed':
      return verdict.unknown('dhcp_failed', answer.why);
    case 'silent':
      return verdict.fail('dhcp_silent', `no answer to DHCPINFORM from ${answer.from}`, ...foreign(answer.ignored));
    case 'answered': {
      const lines = answer.replies.map(({ server }) => `${server} answers ${answer.from}`);
      const told = new Set(
        answer.replies.map(({ dnsServers, domainName }) => JSON.stringify([domainName, ...dnsServers])),
      );
      if (told.size > 1) return verdict.warn('dhcp_servers_differ', ...lines, ...foreign(answer.ignored));
      return verdict.pass(...lines, ...foreign(answer.ignored));
    }
  }
}

function judgeDnsServers(replies: readonly DhcpReply[], known: readonly string[]): Verdict {
  const lines = replies.map(({ server, dnsServers }) => `${server}: ${dnsServers.join(', ') || 'none'}`);
  if (replies.some(({ dnsServers }) => dnsServers.length === 0)) return verdict.fail('dhcp_option_6_missing', ...lines);
  const addresses = known.map((each) => each.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1'));
  const isKnown = (address: string) => addresses.length === 0 || addresses.includes(address);
  return replies.every(({ dnsServers }) => dnsServers.every(isKnown))
    ? verdict.pass(...lines)
    : verdict.warn('dhcp_option_6_other', ...lines, `configured: ${known.join(', ')}`);
}

function judgeDomainName(replies: readonly DhcpReply[], suffixes: readonly string[]): Verdict {
  const lines = replies.map(({ server, domainName }) => `${server}: ${domainName ?? 'none'}`);
  if (replies.some(({ domainName }) => domainName === null)) return verdict.fail('dhcp_option_15_missing', ...lines);
  if (suffixes.length === 0)
    return replies.some(({ domainName }) => privateSuffix.test(domainName ?? ''))
      ? verdict.warn('dhcp_option_15_private', ...lines)
      : verdict.pass(...lines);
  return replies.every(({ domainName }) => domainName !== null && suffixes.includes(domainName))
    ? verdict.pass(...lines)
    : verdict.fail('dhcp_option_15_other', ...lines, `configured: ${suffixes.join(', ')}`);
}

function judgeClientName(replies: readonly DhcpReply[], dynamicDns: boolean): Verdict {
  if (!dynamicDns) return verdict.notApplicable('PCs are entered into DNS in another way (network.dynamicDns)');
  const lines = replies.map(({ server, clientNameFlags }) =>
    clientNameFlags === null ? `${server}: no answer to it` : `${server}: flags ${clientNameFlags}`,
  );
  return replies.every(({ clientNameFlags }) => clientNameFlags !== null)
    ? verdict.pass(...lines)
    : verdict.warn('dhcp_option_81_missing', ...lines);
}
