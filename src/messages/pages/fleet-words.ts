import { type AmtStatus, amtStatuses } from '../../discovery/amt-status.ts';
import type { SiteFleetCount } from '../../ports/store/fleet-store.ts';
import { amtStatusWord } from '../discovery/scan-card.ts';
import type { Tone } from '../view.ts';
import type { Share } from './page.ts';

/** AMT statuses in the order in which they are shown: what is as it should be first, what is least known last. */
export const shownStatuses = [
  'provisioned',
  'externally-provisioned',
  'not-provisioned',
  'detected',
  'not-supported',
  'unknown',
] as const satisfies readonly AmtStatus[];

/** How an AMT status is marked. */
export const statusTones: Readonly<Record<AmtStatus, Tone>> = {
  provisioned: 'good',
  'externally-provisioned': 'warning',
  'not-provisioned': 'warning',
  detected: 'warning',
  'not-supported': 'neutral',
  unknown: 'neutral',
};

/** The PCs of a site by AMT status; what none has is left out. Pure. */
export function statusShares(site: string, statuses: SiteFleetCount['statuses']): readonly Share[] {
  return shownStatuses.flatMap((status) => {
    const devices = statuses[status] ?? 0;
    return devices === 0
      ? []
      : [
          {
            label: amtStatusWord(status, null),
            count: devices,
            tone: statusTones[status],
            to: { kind: 'pcs', site, status, page: 1 },
          },
        ];
  });
}

/** The AMT status that a word means; null: it means none. Pure. */
export const amtStatusOf = (word: string): AmtStatus | null => amtStatuses.find((status) => status === word) ?? null;

/** A site as a word of a command, which may also take a number or a form where it stands. Pure. */
export const siteWord = (site: string): string => (/\s/.test(site) ? `"site:${site}"` : `site:${site}`);
