import type { SiteChecklist } from '../../checklist/checklist-of.ts';
import type { SiteFleetCount } from '../../ports/store/fleet-store.ts';
import { changesText } from '../checklist/checklist-card.ts';
import { countsText, toneOf } from '../checklist/status-words.ts';
import { provedFacts, verifiedParts } from '../checklist/step-facts.ts';
import { count, dateTime, plural } from '../format.ts';
import { siteWord, statusShares } from './fleet-words.ts';
import { type Block, fact, type Page, type Section } from './page.ts';
import { type StepExtras, stepFold } from './step-fold.ts';

/** A site with its checklist. */
export interface SiteFacts extends StepExtras {
  readonly fleet: SiteFleetCount;
  readonly checklist: SiteChecklist;
  /** Number of the step that is unfolded; null: none. */
  readonly open: number | null;
  /** When all steps are verified again by themselves; null: they are not. */
  readonly nextDue: Date | null;
}

/** One site: its fleet by AMT status, what changed of its checklist, and each step with its evidence. Pure. */
export function sitePage(facts: SiteFacts): Page {
  const { fleet, checklist, nextDue, timeZone } = facts;
  const { site } = fleet;
  const { counts, steps, verifiedAt, at } = checklist;
  return {
    title: site,
    headline: { text: `Checklist: ${countsText(counts)}`, tone: toneOf(counts) },
    above: [{ label: 'Sites', to: { kind: 'sites' } }],
    sections: [
      { heading: `Fleet: ${plural(fleet.devices, 'PC')}, ${count(fleet.on)} on`, blocks: fleetOf(fleet) },
      ...changesOf(checklist),
      {
        heading: 'Checklist',
        blocks: [
          { kind: 'facts', facts: standOf(facts) },
          { kind: 'offers', offers: [{ label: 'Verify all', command: `checklist verify ${siteWord(site)}` }] },
          {
            kind: 'folds',
            folds: steps.map((state) =>
              stepFold(site, state, steps, { ...facts, isOpen: state.number === facts.open }),
            ),
          },
        ],
      },
    ],
    context: [...verifiedParts(verifiedAt, nextDue, timeZone), `read ${dateTime(at, timeZone)}`].join(' · '),
  };
}

function changesOf(checklist: SiteChecklist): readonly Section[] {
  const { changes, trend } = checklist;
  if (changes.length > 0)
    return [{ heading: 'Since yesterday', blocks: [{ kind: 'text', text: changesText(checklist) }] }];
  return trend.length > 1 ? [{ heading: 'Since yesterday', blocks: [{ kind: 'text', text: 'No change.' }] }] : [];
}

function standOf({ checklist, nextDue, timeZone }: SiteFacts) {
  const { verifiedAt } = checklist;
  return [
    fact('Verified as a whole', verifiedAt === null ? 'never' : dateTime(verifiedAt, timeZone)),
    fact('Again', nextDue ? dateTime(nextDue, timeZone) : 'when somebody asks'),
    ...provedFacts(checklist).map(({ label, value }) => fact(label, value)),
  ];
}

function fleetOf({ site, devices, statuses }: SiteFleetCount): readonly Block[] {
  if (devices === 0) return [{ kind: 'text', text: 'The inventory has no PC of this site.' }];
  return [
    { kind: 'shares', caption: `PCs of ${site} by AMT status`, shares: statusShares(site, statuses) },
    { kind: 'ways', label: 'PCs', ways: [{ label: 'All PCs', to: { kind: 'pcs', site, status: null, page: 1 } }] },
  ];
}
