import { amtStatusOf } from '../../../src/messages/pages/fleet-words.ts';
import type { Place } from '../../../src/messages/pages/page.ts';

const longestName = 255;

/** Where each kind of page is. Names are in the query: a path would read some of them otherwise (`..`, `a/b`). */
export const placePaths = { sites: '/sites', site: '/site', pcs: '/pcs', pc: '/pc' } as const satisfies Record<
  Place['kind'],
  string
>;

/** Address of a page; `as`: who speaks, in the demo. */
export function addressOf(place: Place, as: string | null): string {
  const query = new URLSearchParams(queryOf(place));
  if (as !== null) query.set('as', as);
  const text = query.toString();
  const anchor = place.kind === 'site' && place.step !== null ? `#step-${place.step}` : '';
  return `${placePaths[place.kind]}${text === '' ? '' : `?${text}`}${anchor}`;
}

function queryOf(place: Place): Record<string, string> {
  if (place.kind === 'sites') return {};
  if (place.kind === 'pc') return { name: place.name };
  if (place.kind === 'site') return { name: place.site, ...(place.step === null ? {} : { step: String(place.step) }) };
  return {
    site: place.site,
    ...(place.status === null ? {} : { status: place.status }),
    ...(place.page === 1 ? {} : { page: String(place.page) }),
  };
}

/** The page at an address; null: there is none. */
export function placeAt(url: URL): Place | null {
  const { pathname, searchParams: query } = url;
  if (pathname === placePaths.sites) return { kind: 'sites' };
  const name = (query.get(pathname === placePaths.pcs ? 'site' : 'name') ?? '').trim();
  if (name === '' || name.length > longestName) return null;
  if (pathname === placePaths.pc) return { kind: 'pc', name };
  if (pathname === placePaths.site) {
    const step = query.get('step');
    if (step !== null && !/^\d{1,3}$/.test(step)) return null;
    return { kind: 'site', site: name, step: step === null ? null : Number(step) };
  }
  if (pathname !== placePaths.pcs) return null;
  const word = query.get('status');
  const status = word === null ? null : amtStatusOf(word);
  const page = query.get('page') ?? '1';
  // Seven digits of pages are more PCs than there are.
  if ((word !== null && status === null) || !/^[1-9]\d{0,6}$/.test(page)) return null;
  return { kind: 'pcs', site: name, status, page: Number(page) };
}
