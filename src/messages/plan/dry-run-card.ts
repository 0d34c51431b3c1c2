import type { OperationName } from '../../operations/operation.ts';
import type { PlanSummary } from '../../plan/summary.ts';
import type { Lifted } from '../../policy/break-glass.ts';
import type { TargetDevice } from '../../ports/store/inventory-store.ts';
import { listed, plural } from '../format.ts';
import { liftedWords } from '../glass/lifted-words.ts';
import { operationWords } from '../operation-words.ts';
import { parameterFacts } from '../parameter-words.ts';
import type { Fact, View } from '../view.ts';
import { type Agreement, someOf } from './agreement.ts';
import { leftOutWords, partOf, tallyWords } from './plan-words.ts';

/** Names that the card shows; the file has all. */
export const shownNames = 10;

/** A plan that is only shown: what would be done, to which PCs, whom it leaves out, and who would have to agree. Pure. */
export function dryRunCard(plan: {
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeZone: string;
  /** What the operation says of the plan. Default: nothing. */
  readonly foretold?: readonly Fact[];
  readonly devices: readonly TargetDevice[];
  readonly leftOut: number;
  readonly summary: PlanSummary;
  /** Who would be asked. */
  readonly agreement: Agreement;
  /** What would be lifted by breaking glass; none: it is not broken. */
  readonly lifted: readonly Lifted[];
  readonly hash: string;
  /** All PCs and those left out as CSV; null when the card shows them. */
  readonly csv: string | null;
}): View {
  const { operation, parameters, timeZone, devices, leftOut, summary, agreement, lifted, hash, csv } = plan;
  const names = devices.map((device) => device.name);
  const [only, ...others] = names;
  const whole = only !== undefined && others.length === 0 ? only : plural(names.length, 'PC');
  const subject = leftOut === 0 ? whole : partOf(names.length, leftOut, null);
  const left = leftOutWords(summary);
  return {
    tone: lifted.length > 0 ? 'warning' : 'neutral',
    outcome: 'done',
    title: `Would ${lifted.length > 0 ? 'BREAK GLASS' : 'ask'} for: ${operationWords[operation].verb} of ${subject}. Nothing was done`,
    facts: [
      { label: 'PCs', value: listed(names, names.length, shownNames) },
      ...(left === '' ? [] : [{ label: 'Left out', value: left }]),
      ...parameterFacts(operation, parameters, timeZone),
      ...(plan.foretold ?? []),
      { label: 'By site', value: tallyWords(summary.bySite) },
      { label: 'Last seen', value: tallyWords(summary.byPower) },
      { label: 'Approval', value: approvalWords(agreement) },
      ...(lifted.length > 0 ? [{ label: 'Lifted', value: liftedWords(lifted) }] : []),
      { label: 'Why', value: summary.rules.join('; ') },
    ],
    context: `plan ${hash.slice(0, 12)}`,
    ...(csv === null
      ? {}
      : { attachment: { name: `plan-${hash.slice(0, 12)}.csv`, mediaType: 'text/csv', content: csv } }),
  };
}

function approvalWords(agreement: Agreement): string {
  if (agreement.by === 'others') return someOf(agreement);
  return agreement.by === 'nobody' ? 'none needed' : 'you confirm it yourself';
}
