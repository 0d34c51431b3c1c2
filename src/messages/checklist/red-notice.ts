import type { ChecklistStep } from '../../checklist/step.ts';
import type { StepFinding } from '../../ports/checklist/checklist-store.ts';
import { oneLine } from '../format.ts';
import type { Called, View } from '../view.ts';
import { separated } from '../words-of.ts';

const shownFailures = 5;
const lineLength = 200;

/** Calls who answers for a site to a step that turned red. Pure. */
export function redNotice(facts: {
  readonly finding: StepFinding;
  readonly step: Pick<ChecklistStep, 'shortTitle' | 'id'>;
  readonly number: number;
  readonly calls: readonly Called[];
}): View {
  const { finding, step, number, calls } = facts;
  const failed = finding.evidence.filter(({ status }) => status === 'fail').slice(0, shownFailures);
  return {
    tone: 'bad',
    title: `Checklist ${finding.site}: step ${number} (${step.shortTitle}) fails now`,
    calls,
    text: separated(
      failed.map(({ check, values, mend }) => [
        { strong: `${check}: ` },
        oneLine(values.join('; '), lineLength),
        ...(mend === null ? [] : [`\n${mend}`]),
      ]),
      '\n',
    ),
    context: `/oob checklist ${number} ${finding.site} · /oob fix ${number} ${finding.site} · ${step.id}`,
  };
}
