import type { SiteChecklist, StepState } from '../../checklist/checklist-of.ts';
import type { Evidence } from '../../ports/checklist/checklist-store.ts';
import { count, dateTime, oneLine } from '../format.ts';
import type { Fact } from '../view.ts';

const optionalities = {
  required: 'required',
  recommended: 'recommended',
  conditional: 'needed only in some cases',
} as const;

/** `required: every site`. Pure. */
export function neededWords({ optionality, appliesTo }: StepState['step']): string {
  return `${optionalities[optionality]}: ${appliesTo}`;
}

/** The steps that a step depends on, by number: none, or one fact. Pure. */
export function dependsOnFacts({ dependsOn }: StepState['step'], steps: readonly StepState[]): readonly Fact[] {
  const numbers = dependsOn.map((id) => steps.find((each) => each.step.id === id)?.number ?? id);
  return numbers.length > 0 ? [{ label: 'Depends on', value: `step ${numbers.join(', ')}` }] : [];
}

/** Who answers for what, and until when; reasons are cut to `mostChars`. Pure. */
export function attestedFacts(
  evidence: readonly Evidence[],
  { nameOf, timeZone }: { readonly nameOf: (principal: string) => string; readonly timeZone: string },
  mostChars: number,
): readonly Fact[] {
  return evidence.flatMap(({ check, attested }): Fact[] =>
    attested === null
      ? []
      : [
          {
            label: `Attested: ${check}`,
            value: `${nameOf(attested.by)}, until ${dateTime(attested.until, timeZone)}: ${oneLine(attested.reason, mostChars)}`,
          },
        ],
  );
}

/** What was measured: the first `most` values, each cut to `mostChars`, with how many there are more. Pure. */
export function valueLines(
  { values }: Evidence,
  { most, mostChars }: { readonly most: number; readonly mostChars: number },
): readonly string[] {
  const shown = values.slice(0, most).map((line) => oneLine(line, mostChars));
  return [...shown, ...(values.length > most ? [`and ${values.length - most} more`] : [])];
}

/** How many steps were proved, day by day, and how many of them for nothing; what there is nothing to say of is left out. Pure. */
export function provedFacts({ trend, counts }: Pick<SiteChecklist, 'trend' | 'counts'>): readonly Fact[] {
  return [
    ...(trend.length > 1 ? [{ label: 'Trend', value: `${trend.map(count).join(' → ')} proved, a day each` }] : []),
    ...(counts.notApplicable > 0
      ? [{ label: 'Not needed here', value: `${count(counts.notApplicable)} of those proved` }]
      : []),
  ];
}

/** `verified 2026-11-23 14:02 CET`, `again 2026-11-24 06:00 CET`: small print, part by part. Pure. */
export function verifiedParts(verifiedAt: Date | null, nextDue: Date | null, timeZone: string): readonly string[] {
  return [
    verifiedAt === null ? 'never verified as a whole' : `verified ${dateTime(verifiedAt, timeZone)}`,
    ...(nextDue ? [`again ${dateTime(nextDue, timeZone)}`] : []),
  ];
}
