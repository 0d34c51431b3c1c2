import type { SiteChecklist } from '../../checklist/checklist-of.ts';
import { changesText, stepLink, stepWords } from '../checklist/checklist-card.ts';
import { countsText, sitesText, statusWords } from '../checklist/status-words.ts';
import { count, dateTime } from '../format.ts';
import { linked, type PageLinks } from '../page-address.ts';
import type { Span } from '../view.ts';
import { joinedText, separated, wordsOf } from '../words-of.ts';
import { quietSection, type SectionView } from './section-view.ts';

const shownSites = 20;
const shownNames = 3;
const shownSteps = 2;

/** How the checklists stand: what changed since yesterday first. Nothing where none was ever verified. Pure. */
export function checklistSection(all: readonly SiteChecklist[], timeZone: string, links?: PageLinks): SectionView {
  const verified = all.filter(({ verifiedAt }) => verifiedAt !== null);
  if (verified.length === 0) return quietSection('Checklist');
  const failing = verified.filter(({ counts }) => counts.failing > 0);
  const changed = verified.filter(({ changes }) => changes.length > 0);
  const worse = changed.filter(({ changes }) => changes.some(({ state }) => state.status === 'fail'));
  return {
    heading: 'Checklist',
    headline: joinedText([
      ...changed.slice(0, shownNames).flatMap((each) => [...newsOf(each, links), '; ']),
      ...standOf(verified, links),
    ]),
    isNews: changed.length > 0,
    isAlarm: worse.length > 0 || failing.length > 0,
    details:
      changed.length === 0 && failing.length === 0
        ? null
        : {
            tone: failing.length > 0 ? 'bad' : 'warning',
            title: `Checklist: ${wordsOf(standOf(verified))}`,
            text: joinedText([
              ...changed.slice(0, shownSites).flatMap((each) => [`${each.site}:\n`, ...changesText(each, links), '\n']),
              'Evidence and mend of a step: /oob checklist NUMBER SITE, /oob fix NUMBER SITE',
            ]),
            table: {
              columns: ['Site', 'Steps', 'Failing', 'Verified'],
              rows: verified
                .toSorted((a, b) => b.counts.failing - a.counts.failing)
                .slice(0, shownSites)
                .map(({ site, counts, steps, verifiedAt }) => [
                  joinedText([siteLink(site, links)]),
                  countsText(counts),
                  joinedText(
                    separated(
                      steps
                        .filter(({ status }) => status === 'fail')
                        .map((state) => [stepLink(`${state.number} ${state.step.shortTitle}`, site, state, links)]),
                      ', ',
                    ),
                  ),
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

const siteLink = (site: string, links: PageLinks | undefined) =>
  linked(site, { kind: 'site', site, step: null }, links);

/** `madrid: step 2 (certificates) fails`. */
function newsOf({ site, changes }: SiteChecklist, links: PageLinks | undefined): readonly Span[] {
  const shown = changes.slice(0, shownSteps);
  const more = changes.length - shown.length;
  return [
    `${site}: `,
    ...shown.flatMap(({ state }, at) => [
      ...(at === 0 ? [] : [more === 0 && at === shown.length - 1 ? ' and ' : ', ']),
      stepLink(stepWords(state), site, state, links),
      ` ${statusWords[state.status].word}`,
    ]),
    ...(more > 0 ? [` and ${count(more)} more`] : []),
  ];
}

function standOf(all: readonly SiteChecklist[], links?: PageLinks): readonly Span[] {
  const [only] = all;
  if (only && all.length === 1) return [siteLink(only.site, links), ` ${countsText(only.counts)}`];
  return [sitesText(all)];
}
