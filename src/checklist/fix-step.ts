import type { Evidence, FindingStatus, StepFinding } from '../ports/checklist/checklist-store.ts';

/** What mends a step: a command that is asked for like any other, or what people do. */
export type Fix =
  | { readonly kind: 'command'; readonly command: string; readonly mends: Evidence }
  | { readonly kind: 'people'; readonly mends: readonly Evidence[] }
  | { readonly kind: 'nothing' };

const order: readonly FindingStatus[] = ['fail', 'unknown', 'warn'];

/** What would mend a finding: of the worst that is wrong, what has a command comes first. Pure. */
export function fixOf(finding: Pick<StepFinding, 'evidence'>): Fix {
  const open = order.flatMap((status) => finding.evidence.filter((each) => each.status === status));
  const [first] = open;
  if (!first) return { kind: 'nothing' };
  const mends = open.find(({ command, status }) => command !== null && status === first.status);
  const command = mends?.command ?? null;
  return mends && command !== null ? { kind: 'command', command, mends } : { kind: 'people', mends: open };
}
