import { isSameDnsName } from '../../inventory/dns-name.ts';
import type { PrerequisiteReasonCode } from '../../messages/checks/prerequisites.ts';
import type { NameAnswer } from '../../ports/network/network-probes.ts';
import type { SiteNetwork } from '../site-network.ts';
import { firstLines, pcs, type Verdict, verdict } from '../verdict.ts';

/** Whether a DNS server answers for a name, whatever it says. */
export interface ServerEvidence {
  readonly server: string;
  readonly asked: string;
  readonly answer: NameAnswer;
}

/** What the DNS servers that answer say of one PC. */
export interface NameEvidence {
  readonly device: string;
  readonly fqdn: string;
  /** Its address in the inventory; null when that is a name. */
  readonly address: string | null;
  readonly forward: readonly { readonly server: string; readonly answer: NameAnswer }[];
  readonly reverse: readonly { readonly server: string; readonly address: string; readonly answer: NameAnswer }[];
}

/** What one DNS server says of the alias in one suffix. */
export interface AliasEvidence {
  readonly server: string;
  readonly name: string;
  readonly answer: NameAnswer;
}

/** Judges whether the DNS servers of the site answer. */
export function judgeNameServers(seen: readonly ServerEvidence[]): Verdict {
  if (seen.length === 0) return verdict.notApplicable('no DNS suffix and no name of a PC is known');
  const dead = seen.filter(({ answer }) => answer.kind === 'no_answer');
  const lines = seen.map(({ server, asked, answer }) =>
    answer.kind === 'no_answer' ? `${server}: no answer for ${asked}` : `${server} answers for ${asked}`,
  );
  if (dead.length === 0) return verdict.pass(...lines);
  return dead.length === seen.length
    ? verdict.fail('dns_server_silent', ...lines)
    : verdict.warn('dns_server_silent', ...lines);
}

/** What is wrong with one PC; null reason: DNS did not say. */
interface Fault {
  readonly reason: PrerequisiteReasonCode | null;
  readonly line: string;
}

/** Judges whether each PC's name leads to its address. */
export function judgeForward(seen: readonly NameEvidence[]): Verdict {
  return judgeNames(seen, ({ fqdn, address, forward }) =>
    forward.flatMap(({ server, answer }): readonly Fault[] => {
      if (answer.kind === 'no_answer') return [{ reason: null, line: `${fqdn}: no answer from ${server}` }];
      if (answer.kind === 'none') return [{ reason: 'dns_forward_missing', line: `${fqdn}: no address (${server})` }];
      if (address === null || answer.values.includes(address)) return [];
      const line = `${fqdn}: ${answer.values.slice(0, 4).join(', ')} in DNS (${server}), ${address} in the inventory`;
      return [{ reason: 'dns_forward_wrong', line }];
    }),
  );
}

/** Judges whether each PC's address leads back to its name. */
export function judgeReverse(seen: readonly NameEvidence[]): Verdict {
  return judgeNames(
    seen.filter(({ reverse }) => reverse.length > 0),
    ({ fqdn, reverse }) =>
      reverse.flatMap(({ server, address, answer }): readonly Fault[] => {
        if (answer.kind === 'no_answer') return [{ reason: null, line: `${address}: no answer from ${server}` }];
        if (answer.kind === 'none') return [{ reason: 'dns_reverse_missing', line: `${address}: no name (${server})` }];
        if (answer.values.some((name) => isSameDnsName(name, fqdn))) return [];
        const line = `${address}: ${answer.values.slice(0, 4).join(', ')} in DNS (${server}), ${fqdn} in the inventory`;
        return [{ reason: 'dns_reverse_wrong', line }];
      }),
  );
}

function judgeNames(seen: readonly NameEvidence[], faultsOf: (evidence: NameEvidence) => readonly Fault[]): Verdict {
  if (seen.length === 0) return verdict.notApplicable('no PC of the sample has a full name and an address');
  const faults = seen.flatMap(faultsOf);
  const lines = firstLines([...faults].sort((a, b) => Number(!a.reason) - Number(!b.reason)).map(({ line }) => line));
  // A wrong record is worse than none: it leads to another PC.
  const reasons = faults.flatMap(({ reason }) => (reason ? [reason] : []));
  const worst = reasons.find((reason) => reason.endsWith('_wrong')) ?? reasons[0];
  if (worst) return verdict.fail(worst, ...lines);
  return faults.length > 0 ? verdict.unknown('dns_unclear', ...lines) : verdict.pass(`right for ${pcs(seen.length)}`);
}

/** Judges the alias that new PCs send hello packets to. */
export function judgeAlias(wanted: SiteNetwork['provisionServer'], seen: readonly AliasEvidence[]): Verdict {
  if (seen.length === 0) return verdict.unknown('not_described', 'no DNS suffix is known (network.dnsSuffixes)');
  const lines = seen.map(({ server, name, answer }) => {
    const what = { found: '', none: 'not there', no_answer: 'no answer' }[answer.kind];
    return `${name}: ${answer.kind === 'found' ? answer.values.slice(0, 4).join(', ') : what} (${server})`;
  });
  const there = seen.flatMap(({ answer }) => (answer.kind === 'found' ? answer.values : []));
  const isAbsentSomewhere = seen.some(({ answer }) => answer.kind === 'none');
  if (there.length > 0 && wanted === 'none') return verdict.fail('alias_unwanted', ...lines);
  if (there.length > 0 && wanted === null) return verdict.warn('alias_undecided', ...lines);
  if (Array.isArray(wanted)) {
    const expected = `configured: ${wanted.join(', ')}`;
    if (there.some((address) => !wanted.includes(address))) return verdict.fail('alias_elsewhere', ...lines, expected);
    if (isAbsentSomewhere) return verdict.fail('alias_missing', ...lines, expected);
  }
  if (seen.some(({ answer }) => answer.kind === 'no_answer')) return verdict.unknown('dns_unclear', ...lines);
  return verdict.pass(...lines);
}
