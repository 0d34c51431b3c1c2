import type { SiteChecklist } from '../../checklist/checklist-of.ts';
import { changesText } from '../checklist/checklist-card.ts';
import { countsText, sitesText, statusWords } from '../checklist/status-words.ts';
import { dateTime, listed } from '../format.ts';
import { quietSection, type SectionView } from './section-view.ts';

const shownSites = 20;
const shownNames = 3;

/** How the checklists stand: what changed since yesterday first. Nothing where none was ever verified. Pure. */
export function checklistSection(all: readonly SiteChecklist[], timeZone: string): SectionView {
  const verified = all.filter(({ verifiedAt }) => verifiedAt !== null);
  if (verified.length === 0) return quietSection('Checklist');
  const failing = verified.filter(({ counts }) => counts.failing > 0);
  const changed = verified.filter(({ changes }) => changes.length > 0);
  const worse = changed.filter(({ changes }) => changes.some(({ state }) => state.status === 'fail'));
  return {
    heading: 'Checklist',
    headline: [...changed.map(newsOf).slice(0, shownNames), standOf(verified)].join('; '),
    isNews: changed.length > 0,
    isAlarm: worse.length > 0 || failing.length > 0,
    details:
      changed.length === 0 && failing.length === 0
        ? null
        : {
            tone: failing.length > 0 ? 'bad' : 'warning',
            title: `Checklist: ${standOf(verified)}`,
            text: [
              ...changed.slice(0, shownSites).map((each) => [`${each.site}:`, ...changesText(each.changes)].join('\n')),
              'Evidence and mend of a step: /oob checklist NUMBER SITE, /oob fix NUMBER SITE',
            ].join('\n'),
            table: {
              columns: ['Site', 'Steps', 'Failing', 'Verified'],
              rows: verified
                .toSorted((a, b) => b.counts.failing - a.counts.failing)
                .slice(0, shownSites)
                .map(({ site, counts, steps, verifiedAt }) => [
                  site,
                  countsText(counts),
                  steps
                    .filter(({ status }) => status === 'fail')
                    .map(({ number, step }) => `${number} ${step.shortTitle}`)
                    .join(', '),
                  verifiedAt ? dateTime(verifiedAt, timeZone) : '',
                ]),
            },
          },
    rows: verified.flatMap(({ site, steps }) =>
      steps
        .filter(({ status }) => status !== 'pass' && status !== 'not_applicable')
        .map(({ number, step, status }) => ['step', site, `${number} ${step.id}`, statusWords[status].word] as const),
    ),
  };
}

/** `madrid: step 2 (certificates) fails`. */
function newsOf({ site, changes }: SiteChecklist): string {
  const words = changes.map(
    ({ state }) => `step ${state.number} (${state.step.shortTitle}) ${statusWords[state.status].word}`,
  );
  return `${site}: ${listed(words, words.length, 2)}`;
}

function standOf(all: readonly SiteChecklist[]): string {
  const [only] = all;
  if (only && all.length === 1) return `${only.site} ${countsText(only.counts)}`;
  return sitesText(all);
}
