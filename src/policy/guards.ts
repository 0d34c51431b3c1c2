import { coversDevice } from '../inventory/match-device.ts';
import { count, dateTime, listed, plural } from '../messages/format.ts';
import { riskWords } from '../messages/plan/risk-words.ts';
import type { RefusalCode } from '../messages/reasons/reasons.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import { closedFor } from './closed-windows.ts';
import { channelWord } from './grants.ts';
import { holdWords } from './holds.ts';
import { limitsFor, roomAgain } from './limits.ts';
import { activityAt, type Finding, type Guard, type GuardName } from './question.ts';
import { approvalsFor, isAtMost } from './risk.ts';
import { devicesOf, isAbout } from './scope.ts';
import { openingAt } from './windows.ts';

const holds = (found: string): Finding => ({ state: 'holds', found });
const skipped = (found: string): Finding => ({ state: 'skipped', found });
const fails = (code: RefusalCode, rule: string, ...details: readonly string[]): Finding => ({
  state: 'fails',
  found: details.join('; '),
  code,
  rule,
  details,
});

const noRole = skipped('no role allows the operation');
const notHere = skipped('no role allows it in this channel');

/** `2 of 96 PCs: host1, host2`, with the first few names; where it is all of a few, their names alone. */
function someOf(some: readonly TargetDevice[], all: readonly TargetDevice[]): string {
  const names = some.slice(0, 3).map((device) => device.name);
  if (some.length === all.length && some.length <= 3) return listed(names);
  return `${count(some.length)} of ${plural(all.length, 'PC')}: ${names.join(', ')}${some.length > 3 ? ' ...' : ''}`;
}

const roleNames = (grants: readonly { readonly role: { readonly id: string } }[]) =>
  [...new Set(grants.map(({ role }) => role.id))].join(', ');

const role: Guard = ({ principal, operation, grants }) =>
  grants.length > 0
    ? holds(`${operation} is allowed by ${roleNames(grants)}`)
    : fails(
        'not_allowed',
        'no role allows it',
        `Operation ${operation}`,
        `Your roles: ${principal.roles.join(', ') || 'none'}`,
      );

const channel: Guard = ({ conversation, grants, grantsHere }) => {
  if (grants.length === 0) return noRole;
  return grantsHere.length > 0
    ? holds(`allowed in ${channelWord(conversation)} by ${roleNames(grantsHere)}`)
    : fails('not_allowed_here', `channels of ${roleNames(grants)}`, `channel ${channelWord(conversation)}`);
};

const targets: Guard = ({ devices, grants, grantsHere }) => {
  if (grants.length === 0) return noRole;
  if (grantsHere.length === 0) return notHere;
  const words = grantsHere.flatMap((grant) => grant.targets);
  const outside = devices.filter((device) => !coversDevice(words, device));
  return outside.length === 0
    ? holds(`${plural(devices.length, 'PC')}, all within ${[...new Set(words)].join(', ')}`)
    : fails('targets_not_allowed', `targets of ${roleNames(grantsHere)}`, someOf(outside, devices));
};

const nothingHeld: Guard = ({ devices, held }) => {
  if (held.length === 0) return holds('none leaves a PC out');
  const byHold = [...Map.groupBy(held, ({ hold }) => hold)];
  const words = byHold.map(([hold, those]) => `${count(those.length)} ${holdWords(hold)}`);
  if (devices.length > 0) return holds(`left out: ${words.join(', ')}`);
  return fails('held_by_policy', byHold.map(([{ id }]) => `hold ${id}`).join(', '), ...words);
};

const size: Guard = ({ devices, grantsHere, policy }) => {
  const most = limitsFor(grantsHere, policy).devicesPerRequest;
  const found = `${count(devices.length)} named, ${count(most)} allowed`;
  return devices.length <= most ? holds(found) : fails('too_many_devices', 'limit devicesPerRequest', found);
};

const rate: Guard = ({ recentAt, grantsHere, policy, timeZone }) => {
  const most = limitsFor(grantsHere, policy).requestsPerHour;
  const found = `${plural(recentAt.length, 'request')} in the last hour, ${count(most)} allowed`;
  if (recentAt.length < most) return holds(found);
  return fails('too_many_requests', 'limit requestsPerHour', found, ...roomAgain(recentAt, most, timeZone));
};

const notFrozen: Guard = (question) => {
  const { operation, devices, policy, now, timeZone } = question;
  const moments = [now, activityAt(question)];
  const lasting = policy.freezes
    .filter((freeze) => isAbout(freeze, operation, policy) && moments.some((at) => freeze.from <= at && at < freeze.to))
    .map((freeze) => ({ freeze, frozen: devicesOf(freeze, devices) }))
    .filter(({ frozen }) => frozen.length > 0);
  if (lasting.length === 0) return holds('none lasts');
  return fails(
    'frozen',
    listed(
      lasting.map(({ freeze }) => `freeze ${freeze.id}`),
      lasting.length,
      5,
    ),
    ...lasting.map(
      ({ freeze: { id, reason, to }, frozen }) =>
        `${reason} (policy ${id}), until ${dateTime(to, timeZone)}; ${someOf(frozen, devices)}`,
    ),
  );
};

const withinWindows: Guard = (question) => {
  const { operation, devices, policy } = question;
  const at = activityAt(question);
  const closed = closedFor(operation, devices, policy, at);
  const refusing = closed.filter(({ window }) => window.outside === 'refuse');
  if (closed.length === 0)
    return holds(
      policy.windows.some((window) => isAbout(window, operation, policy))
        ? 'open, or none about them'
        : 'none about it',
    );
  if (refusing.length === 0)
    return holds(
      closed
        .map(
          ({ window: { id, outside } }) =>
            `${id} is closed, so it ${outside === 'refuse' ? outside : riskWords[outside].short}`,
        )
        .join(', '),
    );
  return fails(
    'outside_window',
    refusing.map(({ window }) => `window ${window.id}`).join(', '),
    ...refusing.slice(0, 3).map(({ window, devices: outside }) => {
      const next = openingAt(window, at);
      const when = next ? `opens ${dateTime(next.from, window.timeZone)}` : 'does not open within a week';
      return `window ${window.id} ${when}; ${someOf(outside, devices)}`;
    }),
  );
};

const hasReason: Guard = ({ reason, risk, policy: { reasonFrom } }) => {
  if (reason !== null && reason.trim() !== '') return holds('given');
  return reasonFrom === null || !isAtMost(reasonFrom, risk)
    ? holds('none needed')
    : fails('needs_reason', `approvals.reasonFrom: ${reasonFrom}`, `This ${riskWords[risk].short}`);
};

const hasApprovers: Guard = ({ risk, approvers, devices }) => {
  const needed = approvalsFor(risk);
  if (needed === 0) return holds('none needed');
  if (devices.length === 0) return skipped('no PC is left');
  const found = `${count(needed)} needed, ${count(approvers.length)} may`;
  if (approvers.length >= needed) return holds(found);
  return fails('nobody_can_approve', 'approve rights of the roles', ...(approvers.length > 0 ? [found] : []));
};

/** Every guard by its name, but for the one that looks at what the others found. */
export const guards: Readonly<Record<Exclude<GuardName, 'break-glass'>, Guard>> = {
  role,
  channel,
  targets,
  holds: nothingHeld,
  size,
  rate,
  freezes: notFrozen,
  windows: withinWindows,
  reason: hasReason,
  approvers: hasApprovers,
};
