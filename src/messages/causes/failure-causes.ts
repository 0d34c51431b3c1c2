import type { ReasonCode } from '../reasons/reasons.ts';
import type { Namer } from './namers.ts';

/** One of the things that keep out-of-band management from working, as the field reports them again and again. */
export interface FailureCause {
  /** Stable, kebab-case: what its test is named by. */
  readonly id: string;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** Who names it; the first is the one that says most. The mend is theirs. At least one. */
  readonly namers: readonly [Namer, ...Namer[]];
  /** True: a test stages it against the real counterpart and sees it named. Else why it cannot be staged where the tests run. */
  readonly staged: true | { readonly cannot: string };
  /** A part of it that is not staged, and why. */
  readonly apart?: string;
}

const cause = <const Id extends string>(
  id: Id,
  title: string,
  staged: FailureCause['staged'],
  ...namers: FailureCause['namers']
): FailureCause & { readonly id: Id } => ({ id, title, staged, namers });

type CodeOf<By extends Namer['by']> = Extract<Namer, { readonly by: By }>['code'];
const judge = (code: CodeOf<'pki judge'>): Namer => ({ by: 'pki judge', code });
const site = (code: CodeOf<'prerequisites'>): Namer => ({ by: 'prerequisites', code });
const domain = (code: CodeOf<'directory verify'>): Namer => ({ by: 'directory verify', code });
const verify = (code: CodeOf<'verify'>): Namer => ({ by: 'verify', code });
const why = (code: ReasonCode): Namer => ({ by: 'why', code });
const outcome = (code: ReasonCode): Namer => ({ by: 'outcome', code });
const provision = (code: ReasonCode): Namer => ({ by: 'provision', code });
const hello = (code: ReasonCode): Namer => ({ by: 'hosts new', code });

/**
 * The closed list, in the order of how early each blocks and how often it is met: Microsoft's troubleshooting of out of band management,
 * Intel's guides, and the issue trackers of MeshCentral and the Device Management Toolkit. The number of a cause is its place, from 1.
 */
export const failureCauses = [
  cause(
    'provisioning-purpose',
    'The provisioning certificate has neither the purpose for AMT nor the exact OU',
    true,
    judge('purpose'),
    provision('provisioning_chain_unfit'),
  ),
  cause(
    'root-not-trusted',
    'The hash of its root is not among those that the PC trusts',
    true,
    judge('trusted root'),
    provision('provisioning_chain_not_trusted'),
  ),
  cause(
    'suffix-differs',
    'The DNS suffix that the PC knows is not the domain of the certificate',
    true,
    judge('name and suffix'),
    provision('provisioning_chain_refused'),
    site('dhcp_option_15_other'),
  ),
  cause(
    'dhcp-incomplete',
    "DHCP gives no lease, no DNS servers or no domain name, or a name that is nobody's",
    true,
    site('dhcp_option_15_missing'),
    site('dhcp_option_6_missing'),
    site('dhcp_silent'),
    site('dhcp_option_15_private'),
  ),
  cause(
    'chain-incomplete',
    'The chain of the certificate is not whole or has ended, or its key is missing',
    true,
    judge('chain'),
    judge('dates'),
    judge('private key'),
    provision('provisioning_chain_unfit'),
  ),
  cause(
    'revocation-list-unreachable',
    'The revocation list cannot be fetched, or is out of date',
    true,
    judge('revocation'),
  ),
  cause(
    'zero-date-certificate',
    'AMT 3.2.1 made its own certificate without a date',
    true,
    verify('certificate_zero_date'),
  ),
  cause(
    'setup-window-over',
    'The time to set the PC up is over: AMT has closed its network interface',
    true,
    hello('hello_over'),
    provision('hello_stale'),
    verify('interface_closed'),
  ),
  cause(
    'alias-wrong',
    'The alias ProvisionServer is missing, or points to another machine',
    true,
    site('alias_missing'),
    site('alias_elsewhere'),
    site('alias_unwanted'),
  ),
  cause('uuid-unknown', 'The PC that says hello is in no inventory', true, hello('hello_unclaimed')),
  cause(
    'passwords-refused',
    'No account that is known has the right password',
    true,
    verify('detected'),
    provision('factory_account_refused'),
    why('wrong_credentials'),
  ),
  cause(
    'other-tool',
    'Another tool has set the PC up, or left something behind',
    true,
    verify('externally_provisioned'),
    verify('certificate_foreign'),
    provision('factory_account_refused'),
  ),
  cause(
    'firmware-unsupported',
    'The firmware is too old for what is wanted',
    true,
    verify('firmware_too_old'),
    verify('features_missing'),
  ),
  {
    ...cause(
      'agent-cannot-reach-amt',
      'In the operating system the MEI driver, LMS or the agent is missing: the agent never comes',
      true,
      provision('agent_absent'),
    ),
    apart: 'what the driver, LMS or WMI say takes Windows on real hardware',
  },
  cause(
    'wired-link-down',
    'The PC is reached over wireless or through a dock, its wired link is down',
    true,
    verify('wired_link_down'),
  ),
  cause(
    'directory-rights',
    'Rights on the unit are missing, or the unit itself, in a domain; or a name is too long',
    true,
    domain('unit'),
    domain('full control'),
    domain('effective rights'),
    domain('trial'),
    provision('provisioning_directory_refused'),
  ),
  cause(
    'principal-twice',
    'Two objects of the forest have the same service principal name',
    true,
    verify('principal_duplicate'),
    provision('provisioning_duplicate_name'),
    { by: 'directory', code: 'directory_duplicate_spn' },
  ),
  cause(
    'ticket-too-large',
    'The Kerberos ticket is larger than AMT takes: its owner is in too many groups',
    true,
    domain('ticket size'),
  ),
  cause(
    'clock-skew',
    'The clocks of the PC, the domain and this service are apart',
    true,
    verify('clock_off'),
    domain('clock'),
    site('domain_clock_off'),
    site('clock_off'),
  ),
  cause(
    'key-out-of-step',
    'The password of the object in Active Directory and the key in AMT are not the same any more',
    true,
    verify('directory_key_differs'),
  ),
  {
    ...cause(
      'authority-unfit',
      'The certification authority cannot issue what devices take: CA keys above 2048 bits, a template of version 3, no right to enrol',
      true,
      { by: 'pki', code: 'pki_ca_unfit' },
      site('ca_key_long'),
      provision('provisioning_certificate_not_given'),
      judge('key sizes'),
    ),
    apart: 'templates and the right to enrol take an enterprise CA of Windows Server',
  },
  cause(
    'certificate-name',
    'The certificate of the PC names another: it was renamed or moved, or DNS is stale. It works by its address alone',
    true,
    verify('certificate_name'),
    verify('amt_name_other'),
    verify('dns_reverse_wrong'),
    why('certificate_untrusted'),
  ),
  cause(
    'tls-mismatch',
    'TLS of the PC and of this service do not fit: TLS 1.0 alone, or no port without TLS any more',
    true,
    why('tls_too_old'),
    why('plain_port_closed'),
    verify('plain_port_closed'),
    verify('tls_old'),
  ),
  {
    ...cause(
      'power-unavailable',
      'AMT is not there while the PC is off, or the PC does not come on: deep sleep, link policy, power package, Modern Standby',
      true,
      why('accepted_but_dark'),
      why('link_down_in_sx'),
      why('me_off_in_sx'),
      why('modern_standby'),
      verify('link_policy'),
      verify('power_package'),
    ),
    apart: 'what an empty battery or a dead power supply does takes real hardware',
  },
  cause(
    'store-or-log-full',
    'The audit log is full or locked, the stores are full, or flash memory takes no more writes today',
    true,
    outcome('audit_log_blocks'),
    verify('audit_full'),
    verify('audit_locked'),
    outcome('auditor_blocks'),
    outcome('store_full'),
    outcome('write_limit'),
  ),
] as const satisfies readonly FailureCause[];

/** Id of one of `failureCauses`. */
export type FailureCauseId = (typeof failureCauses)[number]['id'];
