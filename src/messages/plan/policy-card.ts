import type { Policy, Scope } from '../../policy/policy.ts';
import { isOpen, openingAt } from '../../policy/windows.ts';
import { count, dateTime, plural } from '../format.ts';
import type { View } from '../view.ts';

const shownRows = 20;

/** What is in force besides rights: rules, windows, freezes and holds, each as it stands now. Pure. */
export function policyCard({
  policy,
  now,
  timeZone,
}: {
  readonly policy: Policy;
  readonly now: Date;
  readonly timeZone: string;
}): View {
  const rows = rowsOf(policy, now, timeZone);
  const shown = rows.slice(0, shownRows);
  const more = rows.length - shown.length;
  const { limits, reasonFrom } = policy;
  return {
    tone: 'neutral',
    outcome: 'done',
    title: `Policy ${policy.version.slice(0, 12)}: ${[
      plural(policy.roles.length, 'role'),
      plural(policy.rules.length, 'rule'),
      plural(policy.windows.length, 'window'),
      plural(policy.freezes.length, 'freeze'),
      plural(policy.holds.length, 'hold'),
    ].join(', ')}`,
    facts: [
      {
        label: 'Limits',
        value: `${count(limits.devicesPerRequest)} PCs in one request, ${plural(limits.requestsPerHour, 'request')} an hour`,
      },
      { label: 'A reason is due', value: reasonFrom === null ? 'never' : `from ${reasonFrom} on` },
    ],
    ...(rows.length > 0
      ? {
          table: {
            columns: ['What', 'About', 'Now'],
            rows: [...shown, ...(more > 0 ? [[`and ${count(more)} more`, '', '']] : [])],
          },
        }
      : {}),
    text: ['What it says to a command: ', { code: `/oob policy explain 'poweroff site:madrid --reason "fire drill"'` }],
  };
}

const about = ({ operations, targets }: Pick<Scope, 'operations' | 'targets'>) =>
  `${operations.join(', ')} on ${targets.join(', ')}`;

function rowsOf(policy: Policy, now: Date, timeZone: string): readonly (readonly string[])[] {
  const at = (instant: Date) => dateTime(instant, timeZone);
  return [
    ...policy.roles.flatMap(({ id, breakGlass = [] }) =>
      breakGlass.map((grant) => [
        `break-glass ${id}`,
        about(grant),
        `reviewed; ${count(policy.breakGlassPerHour)} an hour and person`,
      ]),
    ),
    ...policy.rules.map((rule) => [
      `rule ${rule.id}`,
      about(rule),
      rule.devicesOver === 0 ? rule.risk : `${rule.risk} over ${plural(rule.devicesOver, 'PC')}`,
    ]),
    ...policy.windows.map((window) => {
      const opening = openingAt(window, now);
      const closed = opening ? `closed (${window.outside}), opens ${at(opening.from)}` : `closed (${window.outside})`;
      return [
        `window ${window.id}`,
        about(window),
        isOpen(window, now) && opening ? `open until ${at(opening.to)}` : closed,
      ];
    }),
    ...policy.freezes.map((freeze) => [
      `freeze ${freeze.id}`,
      about(freeze),
      now >= freeze.to
        ? 'over'
        : now < freeze.from
          ? `begins ${at(freeze.from)}`
          : `until ${at(freeze.to)}: ${freeze.reason}`,
    ]),
    ...policy.holds.map((hold) => [
      `hold ${hold.id}`,
      about(hold),
      hold.until === null ? hold.reason : now >= hold.until ? 'over' : `${hold.reason} until ${at(hold.until)}`,
    ]),
  ];
}
