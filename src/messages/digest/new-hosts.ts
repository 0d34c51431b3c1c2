import type { Window } from '../../ports/digests/digest-store.ts';
import type { HelloOverview } from '../../ports/hello/hello-store.ts';
import { count, plural } from '../format.ts';
import { newHostsCard } from '../provisioning/new-hosts-card.ts';
import { quietSection, type SectionView } from './section-view.ts';

/** PCs that wait to be set up and are in no inventory; nothing where none has said hello. Pure. */
export function newHostsSection(
  overview: HelloOverview,
  { since, until }: Pick<Window, 'since' | 'until'>,
  timeZone: string,
): SectionView {
  const { records, total, doubted } = overview;
  if (total === 0 && doubted.length === 0) return quietSection('New PCs');
  const fresh = records.filter(({ firstSeenAt }) => firstSeenAt >= since).length;
  const notUsable = records.filter(({ doubt }) => doubt !== null).length + doubted.length;
  const parts = [
    `${plural(total, 'new PC')} said hello${fresh > 0 ? ` (${count(fresh)} since the last digest)` : ''}`,
    ...(notUsable > 0 ? [`${plural(notUsable, 'UUID')} not usable, for several PCs send it`] : []),
  ];
  return {
    heading: 'New PCs',
    headline: parts.join('; '),
    isNews: fresh > 0,
    isAlarm: doubted.length > 0,
    details: newHostsCard({ ...overview, records: records.slice(0, 20) }, timeZone, until),
    rows: records.map(({ uuid, address, seen, doubt }) => ['new PC', uuid, address, doubt ?? `${seen} hellos`]),
  };
}
