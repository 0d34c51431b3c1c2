import type { OutcomeReport } from '../../../ports/runs/run-store.ts';
import { plural } from '../../format.ts';
import { csvOf } from '../csv.ts';

/** How much of one group of events is logged. */
export interface GroupState {
  /** `security-admin`; `application 77` for one that is not known by name. */
  readonly group: string;
  readonly events: number;
  /** Of them, those whose failure to be logged blocks the action. */
  readonly critical: number;
  /** `unknown`: this firmware has no such group. */
  readonly state: 'all' | 'some' | 'none' | 'unknown';
  /** Why it could not be switched on; null when that was not tried, or went well. */
  readonly problem: string | null;
}

const stateWord = ({ state, events, critical, problem }: GroupState) =>
  problem !== null
    ? `not set: ${problem}`
    : state === 'none' || state === 'unknown'
      ? { none: 'not logged', unknown: 'not in this firmware' }[state]
      : `${state === 'all' ? 'all' : plural(events, 'event')} logged${critical > 0 ? `, ${critical} critical` : ''}`;

/** Which groups of events a PC logs; `done` says what was changed. Pure. */
export function auditPolicyReport(name: string, groups: readonly GroupState[], done?: string): OutcomeReport {
  const logged = groups.filter(({ state }) => state === 'all' || state === 'some').length;
  const rows = groups.map((group) => [group.group, stateWord(group)]);
  return {
    summary: done ?? `${logged} of ${plural(groups.length, 'group')} of events logged`,
    ...(rows.length > 0 ? { table: { columns: ['Group', 'State'], rows } } : {}),
    attachment: {
      name: `${name}-audit-policy.csv`,
      mediaType: 'text/csv',
      content: csvOf(['group', 'state'], rows),
    },
  };
}
