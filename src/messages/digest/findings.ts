import type { DeviceFinding } from '../../ports/trail/finding-store.ts';
import { count, oneLine, plural } from '../format.ts';
import { quietSection, type SectionView } from './section-view.ts';
import { dayTime } from './words.ts';

const shownRows = 20;

const kindWords = {
  unknown_to_service: 'not done by the service',
  missing_on_device: 'not recorded by the PC',
} as const;

/** Differences between the service's word and the PCs' audit logs that nobody has answered for. Pure. */
export function findingsSection(open: readonly DeviceFinding[], since: Date, timeZone: string): SectionView {
  if (open.length === 0) return quietSection('Device logs', 'nothing that the service did not do');
  const fresh = open.filter(({ foundAt }) => foundAt >= since).length;
  const newest = [...open].reverse();
  return {
    heading: 'Device logs',
    headline: `${plural(open.length, 'difference')} to review${fresh > 0 ? ` (${count(fresh)} new)` : ''}`,
    isNews: fresh > 0,
    isAlarm: true,
    details: {
      tone: 'warning',
      title: `Device logs: ${plural(open.length, 'difference')} to review`,
      text: ['Answer for them with ', { code: '/oob audit accept ID --reason TEXT' }, '.'],
      table: {
        columns: ['Id', 'PC', 'What', 'When'],
        rows: newest
          .slice(0, shownRows)
          .map((each) => [
            each.id,
            each.device,
            `${oneLine(each.what, 60)}, ${kindWords[each.kind]}`,
            dayTime(each.at, timeZone),
          ]),
      },
    },
    rows: newest.map((each) => [
      kindWords[each.kind],
      each.device,
      oneLine(each.what, 200),
      `${each.site}; ${each.id}`,
    ]),
  };
}
