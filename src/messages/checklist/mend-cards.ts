import type { Attestation, Evidence } from '../../ports/checklist/checklist-store.ts';
import { dateTime, listed, oneLine } from '../format.ts';
import type { View } from '../view.ts';
import { separated } from '../words-of.ts';

const shownMends = 6;
const lineLength = 200;

/** What people have to do, where no command mends a step. Pure. */
export function peopleCard(site: string, number: number, actors: string, mends: readonly Evidence[]): View {
  return {
    tone: 'warning',
    outcome: 'done',
    title: `Step ${number} at ${site} is mended by people: ${actors}`,
    text: separated(
      mends
        .slice(0, shownMends)
        .map(({ check, values, mend }) => [
          { strong: `${check}: ` },
          `${oneLine(values.join('; '), lineLength)}${mend === null ? '' : `\n→ ${mend}`}`,
        ]),
      '\n',
    ),
    context: `then: /oob checklist verify ${number} ${site}`,
  };
}

/** There is nothing to mend. Pure. */
export function nothingToMend(site: string, number: number): View {
  return {
    tone: 'good',
    outcome: 'done',
    title: `Step ${number} at ${site}: nothing has to be mended`,
  };
}

/** What somebody answered for is open again. Pure. */
export function withdrawnCard(site: string, number: number): View {
  return {
    tone: 'warning',
    outcome: 'done',
    title: `Taken back: nobody answers for step ${number} at ${site} any more`,
  };
}

/** Somebody answers for what no machine can measure. Pure. */
export function attestedCard({ site, checks, until, reason }: Attestation, number: number, timeZone: string): View {
  return {
    tone: 'good',
    outcome: 'done',
    title: `Attested: step ${number} at ${site}, until ${dateTime(until, timeZone)}`,
    text: `You answer for: ${listed(checks, checks.length, 10)}. What is measured to fail is not covered.`,
    facts: [{ label: 'Reason', value: reason }],
  };
}
