import { plainDnsName } from '../inventory/dns-name.ts';
import type { Evidence } from './evidence.ts';
import { isIpAddress } from './ip-address.ts';
import type { WakeCause } from './wake-cause.ts';

const on = 2;
/** A PC not seen for longer was not unplugged recently. */
const recentlyMs = 30 * 24 * 60 * 60_000;
/** Fewer silent neighbours may all be off. */
const fewestSilentNeighbours = 2;
/** Outcomes of a PC that did not answer, whatever the reason was. */
const unanswered = new Set(['unreachable', 'no_answer', 'connection_dropped', 'connection_refused']);

/** Ends of a conversation that AMT itself spoke. */
const spokenOverTls = new Set([
  'wrong_credentials',
  'not_permitted',
  'not_provisioned',
  'device_overloaded',
  'firmware_fault',
]);

/** Refusals that AMT, or our own checks of it, name by themselves. */
const told = [
  'certificate_changed',
  'certificate_untrusted',
  'certificate_expired',
  'tls_too_old',
  'tls_failed',
  'wrong_credentials',
  'plain_port_closed',
  'connection_refused',
  'not_provisioned',
  'not_permitted',
] as const satisfies readonly WakeCause[];

/** One rule of the list: the cause, and when the evidence is for it. */
type Rule = readonly [cause: WakeCause, holds: (evidence: Evidence) => boolean];

/**
 * The closed list, the surest first: who answers there at all, then what AMT said, then what silence means, then what stands against
 * the next time. The last rule always holds.
 */
const rules: readonly Rule[] = [
  ['dns_moved', (seen) => isAnother(seen) || (!isProved(seen) && leadsElsewhere(seen))],
  ...told.map((code): Rule => [code, ({ amt }) => amt?.error?.code === code]),
  ['plain_port_closed', (seen) => ownAnswer(seen) === 'refused' && seen.device.tls === 'none' && otherAnswers(seen)],
  ['connection_refused', (seen) => ownAnswer(seen) === 'refused'],
  ['mac_missing', (seen) => lastFailure(seen) === 'mac_missing' && !isOn(seen)],
  ['packets_not_sent', (seen) => lastFailure(seen) === 'packets_not_sent' && !isOn(seen)],
  ['no_route', ({ ports }) => ports[0].tries.some((answer) => answer.kind === 'no_route' && answer.to === 'network')],
  ['link_down_in_sx', (seen) => isSilent(seen) && lacksSx(rememberedPolicy(seen))],
  ['me_off_in_sx', (seen) => isSilent(seen) && isS0Only(seen.remembered.powerPackage?.value ?? null)],
  ['me_asleep', (seen) => takesConnectionsOnly(seen)],
  ['no_route', (seen) => isSilent(seen) && neighboursAreSilent(seen)],
  ['unplugged', (seen) => isSilent(seen) && wasSeenLately(seen) && (seen.neighbours?.answered.length ?? 0) > 0],
  // A pool of addresses may have names of its own, so this alone is the weakest sign.
  ['dns_moved', (seen) => isSilent(seen) && hasAnotherName(seen)],
  ['modern_standby', ({ amt }) => amt?.powerState === on && amt.osPowerSaving === 'saving'],
  ['link_down_in_sx', (seen) => isOn(seen) && mayFailAgain(seen) && lacksSx(seen.amt?.linkPolicy ?? null)],
  ['me_off_in_sx', (seen) => isOn(seen) && mayFailAgain(seen) && isS0Only(seen.amt?.powerPackage ?? null)],
  ['nothing_wrong', isOn],
  // Where AMT is not asked its silence explains nothing; what it says comes first all the same.
  ['packets_unanswered', (seen) => lastFailure(seen) === 'packets_unanswered'],
  ['deadline_passed', (seen) => lastFailure(seen) === 'deadline_passed'],
  ['accepted_but_dark', (seen) => isOurs(seen) && lastFailure(seen) === 'stayed_dark'],
  ['audit_log_blocks', (seen) => isOurs(seen) && lastFailure(seen) === 'audit_log_blocks'],
  ['rejected_by_firmware', (seen) => isOurs(seen) && lastFailure(seen) === 'rejected_by_firmware'],
  ['me_asleep', (seen) => isOurs(seen) && meMaySleep(seen) && wokeLate(seen)],
  ['nothing_wrong', isOurs],
  ['cause_not_known', () => true],
];

/** Every cause that the evidence is for, the likeliest first; never empty. Pure. */
export function rankCauses(evidence: Evidence): readonly [WakeCause, ...WakeCause[]] {
  const [first = 'cause_not_known', ...others] = new Set(
    rules.filter(([, holds]) => holds(evidence)).map(([cause]) => cause),
  );
  return [first, ...others];
}

const lastTry = ({ ports }: Evidence) => ports[0].tries.at(-1);
const ownAnswer = (seen: Evidence) => lastTry(seen)?.kind;

/** AMT let us in and told its power state. */
function isOurs({ amt }: Evidence): boolean {
  return amt !== null && amt.powerState !== null;
}

function isOn(seen: Evidence): boolean {
  return isOurs(seen) && seen.amt?.powerState === on;
}

/** Another computer than the one whose hardware was read answers. */
function isAnother({ amt, remembered }: Evidence): boolean {
  const known = remembered.systemUuid;
  return known !== null && amt?.systemUuid != null && amt.systemUuid.toLowerCase() !== known.toLowerCase();
}

/** What is said over TLS that passed our checks is said by this PC, be it a refusal. */
function isProved(seen: Evidence): boolean {
  return isOurs(seen) || (seen.device.tls !== 'none' && spokenOverTls.has(seen.amt?.error?.code ?? ''));
}

/** The name leads to another address than the inventory, or nowhere. That no server answers says nothing. */
function leadsElsewhere(seen: Evidence): boolean {
  const { device, dns } = seen;
  if (ownAnswer(seen) === 'no_address') return true;
  if (!isIpAddress(device.host)) return dns.addresses?.kind === 'none';
  return dns.addresses?.kind === 'found' && !dns.addresses.values.includes(device.host);
}

/** DNS calls the address otherwise, and does not say that the PC's name leads there. */
function hasAnotherName({ device, dns }: Evidence): boolean {
  const { addresses, names } = dns;
  if (names?.kind !== 'found') return false;
  const { host, fqdn } = device;
  const isAddress = isIpAddress(host);
  if (isAddress && addresses?.kind === 'found' && addresses.values.includes(host)) return false;
  const known = [fqdn, isAddress ? null : host].flatMap((name) => name?.toLowerCase() ?? []);
  return known.length > 0 && !names.values.some((name) => isSameName(name, known));
}

/** `host42` in the inventory may be `host42.corp.example` in DNS. */
function isSameName(found: string, known: readonly string[]): boolean {
  const name = plainDnsName(found);
  return known.some((each) => name === each || (!each.includes('.') && name.startsWith(`${each}.`)));
}

/** Nothing was said on the PC's own port. */
function isSilent(seen: Evidence): boolean {
  const answer = ownAnswer(seen);
  return answer === 'silent' || answer === 'mute' || answer === 'dropped' || answer === 'no_route';
}

/** The connection is taken and nothing more comes, or AMT went silent in the middle: no cable does that, an ME that sleeps does. */
function takesConnectionsOnly(seen: Evidence): boolean {
  const answer = ownAnswer(seen);
  if (answer === 'mute' || answer === 'dropped') return true;
  return answer === 'answered' && !isOurs(seen) && unanswered.has(seen.amt?.error?.code ?? '');
}

function otherAnswers({ ports: [, ...others] }: Evidence): boolean {
  return others.some(({ tries }) => tries.some(({ kind }) => kind === 'answered'));
}

function neighboursAreSilent({ neighbours }: Evidence): boolean {
  return neighbours !== null && neighbours.answered.length === 0 && neighbours.asked.length >= fewestSilentNeighbours;
}

function wasSeenLately({ device, now }: Evidence): boolean {
  return device.seenAt !== null && now.getTime() - device.seenAt.getTime() <= recentlyMs;
}

function rememberedPolicy({ remembered }: Evidence): readonly string[] | null {
  return remembered.linkPolicy?.value.split(',') ?? null;
}

/** AMT_EthernetPortSettings.LinkPolicy without 14 and 224: the link goes down with the PC. */
function lacksSx(policy: readonly string[] | null): boolean {
  return policy !== null && !policy.includes('sx-ac') && !policy.includes('sx-dc');
}

/** `Desktop: ON in S0` and nothing after it (names of intel/lms). */
function isS0Only(powerPackage: string | null): boolean {
  return powerPackage !== null && /\bon in s0$/i.test(powerPackage.trim());
}

/** Packages with `ME Wake` let the ME sleep; of an unknown one that can't be ruled out. */
function meMaySleep({ amt }: Evidence): boolean {
  return !amt?.powerPackage || /me wake/i.test(amt.powerPackage);
}

/** It was not there at first and is now: in this look, or between the last attempt and it. */
function wokeLate(seen: Evidence): boolean {
  return seen.ports[0].tries.length > 1 || unanswered.has(lastFailure(seen) ?? '');
}

/** What keeps it from being reached when it is off matters unless the last attempt failed for another reason, or went well. */
function mayFailAgain(seen: Evidence): boolean {
  return seen.lastWake === null || unanswered.has(lastFailure(seen) ?? '');
}

/** Code of the last attempt to wake it, if that did not go well. */
function lastFailure({ lastWake }: Evidence): string | null {
  return lastWake === null || lastWake.status === 'ok' ? null : lastWake.code;
}
