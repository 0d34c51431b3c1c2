import type { StepCounts } from '../../checklist/checklist-of.ts';
import type { SiteFleetCount } from '../../ports/store/fleet-store.ts';
import { countsText, toneOf } from '../checklist/status-words.ts';
import { amtStatusWord } from '../discovery/scan-card.ts';
import { count, dateTime, plural } from '../format.ts';
import { shownStatuses } from './fleet-words.ts';
import type { Block, Cell, Page } from './page.ts';

/** One site as the list of sites has it. */
export interface ListedSite {
  readonly fleet: SiteFleetCount;
  /** How its steps stand; null: never verified. */
  readonly steps: StepCounts | null;
}

/** The sites that a person may see, with their fleets by AMT status and their checklists. Pure. */
export function sitesPage(sites: readonly ListedSite[], now: Date, timeZone: string): Page {
  const devices = sites.reduce((sum, { fleet }) => sum + fleet.devices, 0);
  const provisioned = sites.reduce((sum, { fleet }) => sum + (fleet.statuses.provisioned ?? 0), 0);
  return {
    title: 'Sites',
    headline: {
      text: `${plural(devices, 'PC')} at ${plural(sites.length, 'site')}${devices > 0 ? `, ${count(provisioned)} provisioned` : ''}`,
    },
    above: [],
    sections: [
      { heading: 'Checklists', blocks: [sites.length === 0 ? none : checklists(sites)] },
      ...(devices > 0 ? [{ heading: 'Fleet by AMT status', blocks: [fleets(sites)] }] : []),
      { heading: 'One PC', blocks: [{ kind: 'search', label: 'Name of a PC' }] },
    ],
    context: `what you may ask for with /oob status · AMT status as last seen · read ${dateTime(now, timeZone)}`,
  };
}

const none: Block = {
  kind: 'text',
  text: 'No role of yours is about a whole site. A PC of yours can be looked up by its name.',
};

function checklists(sites: readonly ListedSite[]): Block {
  return {
    kind: 'table',
    caption: 'Sites with their checklists',
    columns: [
      { label: 'Site' },
      { label: 'Checklist' },
      { label: 'PCs', isCount: true },
      { label: 'On', isCount: true },
    ],
    rows: sites.map(({ fleet, steps }) => [
      { text: fleet.site, to: { kind: 'site', site: fleet.site, step: null } },
      steps ? { text: countsText(steps), tone: toneOf(steps) } : { text: 'never verified', tone: 'neutral' },
      { text: count(fleet.devices) },
      { text: count(fleet.on) },
    ]),
  };
}

function fleets(sites: readonly ListedSite[]): Block {
  const known = shownStatuses.filter((status) => sites.some(({ fleet }) => (fleet.statuses[status] ?? 0) > 0));
  return {
    kind: 'table',
    caption: 'PCs of each site by AMT status',
    columns: [
      { label: 'Site' },
      ...known.map((status) => ({ label: amtStatusWord(status, null), isCount: true as const })),
    ],
    rows: sites
      .filter(({ fleet }) => fleet.devices > 0)
      .map(({ fleet: { site, statuses } }) => [
        { text: site, to: { kind: 'pcs', site, status: null, page: 1 } },
        ...known.map((status): Cell => {
          const devices = statuses[status] ?? 0;
          return devices === 0 ? { text: '0' } : { text: count(devices), to: { kind: 'pcs', site, status, page: 1 } };
        }),
      ]),
  };
}
