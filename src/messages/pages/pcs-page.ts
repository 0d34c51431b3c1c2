import type { AmtStatus } from '../../discovery/amt-status.ts';
import type { ListedDevice, SiteFleetCount } from '../../ports/store/fleet-store.ts';
import { amtStatusWord } from '../discovery/scan-card.ts';
import { count, dateTime, plural, powerWord } from '../format.ts';
import { shownStatuses, statusTones } from './fleet-words.ts';
import type { Block, Page, Place, Way } from './page.ts';

/** PCs on one page of a list. */
export const pcsPerPage = 50;

/** A page of the PCs of a site. */
export interface PcsFacts {
  readonly fleet: SiteFleetCount;
  /** Null: of every status. */
  readonly status: AmtStatus | null;
  /** From 1. */
  readonly page: number;
  readonly devices: readonly ListedDevice[];
  readonly timeZone: string;
  readonly now: Date;
}

/** How many pages the PCs of a status fill; at least one. Pure. */
export function pagesOf(fleet: SiteFleetCount, status: AmtStatus | null): number {
  return Math.max(1, Math.ceil(totalOf(fleet, status) / pcsPerPage));
}

const totalOf = (fleet: SiteFleetCount, status: AmtStatus | null) =>
  status === null ? fleet.devices : (fleet.statuses[status] ?? 0);

/** PCs of a site, of one AMT status or of all. Pure. */
export function pcsPage({ fleet, status, page, devices, timeZone, now }: PcsFacts): Page {
  const { site } = fleet;
  const total = totalOf(fleet, status);
  const first = (page - 1) * pcsPerPage + 1;
  const shown = devices.length === 0 ? '' : `, ${count(first)} to ${count(first + devices.length - 1)} of them here`;
  const word = status === null ? 'All PCs' : `PCs: ${amtStatusWord(status, null)}`;
  return {
    title: `${word} at ${site}`,
    headline: {
      text: `${plural(total, 'PC')}${total > devices.length ? shown : ''}`,
      ...(status === null ? {} : { tone: statusTones[status] }),
    },
    above: [
      { label: 'Sites', to: { kind: 'sites' } },
      { label: site, to: { kind: 'site', site, step: null } },
    ],
    sections: [
      {
        heading: 'PCs',
        blocks: [
          { kind: 'ways', label: 'AMT status', ways: choices(fleet, status) },
          { kind: 'search', label: 'Name of a PC' },
          listOf(devices, `${word} at ${site}`, timeZone),
          ...pager({ site, status, page }, pagesOf(fleet, status)),
        ],
      },
    ],
    context: `AMT status and power as last seen · read ${dateTime(now, timeZone)}`,
  };
}

function choices(fleet: SiteFleetCount, chosen: AmtStatus | null): readonly Way[] {
  const wayTo = (status: AmtStatus | null, word: string): Way => ({
    label: `${word} ${count(totalOf(fleet, status))}`,
    to: { kind: 'pcs', site: fleet.site, status, page: 1 },
    ...(status === chosen ? { isHere: true } : {}),
  });
  const known = shownStatuses.filter((status) => totalOf(fleet, status) > 0 || status === chosen);
  return [wayTo(null, 'all'), ...known.map((status) => wayTo(status, amtStatusWord(status, null)))];
}

function listOf(devices: readonly ListedDevice[], caption: string, timeZone: string): Block {
  if (devices.length === 0) return { kind: 'text', text: 'There are none.' };
  return {
    kind: 'table',
    caption,
    columns: [
      { label: 'PC' },
      { label: 'AMT status' },
      { label: 'Since' },
      { label: 'Power' },
      { label: 'AMT' },
      { label: 'Seen' },
    ],
    rows: devices.map((each) => [
      { text: each.name, to: { kind: 'pc', name: each.name } },
      { text: amtStatusWord(each.status, each.subState), tone: statusTones[each.status] },
      { text: each.since ? dateTime(each.since, timeZone) : 'nobody has looked' },
      { text: powerWord(each.powerState) },
      { text: each.amtVersion ?? 'not known' },
      { text: each.seenAt ? dateTime(each.seenAt, timeZone) : 'never' },
    ]),
  };
}

const around = 2;

/** First, last, and the pages around this one. */
function pager(at: Pick<Extract<Place, { kind: 'pcs' }>, 'site' | 'status' | 'page'>, pages: number): readonly Block[] {
  if (pages < 2) return [];
  const near = (page: number) => page === 1 || page === pages || Math.abs(page - at.page) <= around;
  const numbers = Array.from({ length: pages }, (_, index) => index + 1).filter(near);
  const to = (page: number): Place => ({ kind: 'pcs', site: at.site, status: at.status, page });
  return [
    {
      kind: 'ways',
      label: 'Pages',
      ways: [
        ...(at.page > 1 ? [{ label: 'Previous', to: to(at.page - 1) }] : []),
        ...numbers.map(
          (page): Way => ({ label: count(page), to: to(page), ...(page === at.page ? { isHere: true } : {}) }),
        ),
        ...(at.page < pages ? [{ label: 'Next', to: to(at.page + 1) }] : []),
      ],
    },
  ];
}
