import type { StepState } from '../../checklist/checklist-of.ts';
import type { Evidence, FindingStatus } from '../../ports/checklist/checklist-store.ts';
import { evidenceLine } from '../checklist/checklist-card.ts';
import { statusTones, statusWords } from '../checklist/status-words.ts';
import { attestedFacts, dependsOnFacts, neededWords, valueLines } from '../checklist/step-facts.ts';
import { dateTime, oneLine } from '../format.ts';
import type { Fact } from '../view.ts';
import { siteWord } from './fleet-words.ts';
import { type Block, type Fold, fact, type Offer } from './page.ts';

const shownValues = 20;
const lineLength = 300;
const summaryLength = 140;

/** What goes with the steps of a site. */
export interface StepExtras {
  readonly timeZone: string;
  readonly nameOf: (principal: string) => string;
  /** Numbers of the steps that a command mends. */
  readonly mendable: ReadonlySet<number>;
  /** Numbers of the steps for some of which people may answer. */
  readonly attestable: ReadonlySet<number>;
}

/** A step as a line that can be unfolded: every piece of evidence with where, when, until when, and what mends it. Pure. */
export function stepFold(
  site: string,
  state: StepState,
  steps: readonly StepState[],
  extras: StepExtras & { readonly isOpen: boolean },
): Fold {
  const { number, step, status, isOld } = state;
  return {
    number,
    title: step.title,
    state: { text: `${statusWords[status].word}${isOld ? ', old' : ''}`, tone: statusTones[status] },
    line: oneLine(evidenceLine(state), summaryLength),
    isOpen: extras.isOpen,
    blocks: [
      ...evidenceOf(state, extras),
      { kind: 'facts', facts: factsOf(state, steps, extras) },
      ...attestHint(site, state, extras),
      { kind: 'offers', offers: offersOf(site, state, extras) },
    ],
  };
}

function evidenceOf({ finding, number }: StepState, { timeZone }: StepExtras): readonly Block[] {
  if (!finding) return [{ kind: 'text', text: 'This step was never verified.' }];
  return [
    {
      kind: 'table',
      caption: `Evidence of step ${number}`,
      columns: [
        { label: 'What' },
        { label: 'State' },
        { label: 'Measured' },
        { label: 'What to do' },
        { label: 'Where, when, until when' },
      ],
      rows: worstFirst(finding.evidence).map((each) => [
        { text: each.check },
        { text: statusWords[each.status].word, tone: statusTones[each.status] },
        { text: valueLines(each, { most: shownValues, mostChars: lineLength }).join('\n') },
        { text: mendOf(each) },
        { text: `${each.where}\n${dateTime(each.at, timeZone)}\nuntil ${dateTime(each.until, timeZone)}` },
      ]),
    },
  ];
}

const order: readonly FindingStatus[] = ['fail', 'warn', 'unknown', 'pass', 'not_applicable'];

const worstFirst = (evidence: readonly Evidence[]) =>
  evidence.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));

const mendOf = ({ mend, command, status }: Evidence) =>
  mend === null || status === 'pass' ? '' : `${mend.replaceAll('`', '')}${command === null ? '' : `\n/oob ${command}`}`;

function factsOf({ step, finding, failingBefore }: StepState, steps: readonly StepState[], extras: StepExtras) {
  const { timeZone } = extras;
  const plain = ({ label, value }: Fact) => fact(label, value);
  return [
    fact('Needed', neededWords(step)),
    ...dependsOnFacts(step, steps).map(plain),
    ...(failingBefore.length > 0 ? [fact('Fails before it', `step ${failingBefore.join(', ')}`, 'bad')] : []),
    fact('Whose work', step.actors),
    ...(finding
      ? [
          fact('Since', `${statusWords[finding.status].word} since ${dateTime(finding.since, timeZone)}`),
          fact('Counts until', dateTime(finding.expiresAt, timeZone)),
        ]
      : []),
    ...attestedFacts(finding?.evidence ?? [], extras, lineLength).map(plain),
    fact('Id', step.id),
  ];
}

function attestHint(site: string, { number, status }: StepState, { attestable }: StepExtras): readonly Block[] {
  if (!attestable.has(number) || status === 'pass') return [];
  const command = `/oob checklist attest ${number} ${siteWord(site)} --reason "..." --for 90d`;
  return [{ kind: 'text', text: ['Or answer for it: ', { code: command }] }];
}

function offersOf(site: string, { number, status }: StepState, { mendable }: StepExtras): readonly Offer[] {
  const open = status !== 'pass' && status !== 'not_applicable';
  return [
    // What no command mends is told by the same command: what people have to do.
    ...(open
      ? [{ label: mendable.has(number) ? 'Fix' : 'What to do', command: `fix ${number} ${siteWord(site)}` }]
      : []),
    { label: 'Verify', command: `checklist verify ${number} ${siteWord(site)}` },
  ];
}
