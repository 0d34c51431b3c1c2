import type { RunPacing } from '../../../src/ports/runs/run-pacing.ts';
import type { SiteRoom } from '../../../src/ports/runs/run-store.ts';
import type { Sql } from '../database/connection.ts';
import type { RateShare } from './site-rate.ts';

interface Count {
  site: string;
  begun: number;
  begun_at: Date;
  paused_until: Date | null;
}

/**
 * Holds the counts of the sites that pause between commands for the rest of the transaction, and narrows the rooms to what is left
 * before the next pause; none during one. A count belongs to an operation and a site, so that two runs of it pause together.
 */
export async function sharePauses(
  sql: Sql,
  order: {
    readonly operation: string;
    readonly sites: RunPacing['sites'];
    readonly rooms: readonly SiteRoom[];
    readonly at: Date;
  },
): Promise<RateShare> {
  const { operation, sites, rooms, at } = order;
  const rules = new Map(
    rooms.flatMap(({ site }) => {
      const pacing = sites[site];
      return pacing?.pauseAfter ? [[site, { most: pacing.pauseAfter, pauseMs: pacing.pauseMs }] as const] : [];
    }),
  );
  if (rules.size === 0) return { rooms, spend: async () => {} };
  const paced = [...rules.keys()];
  await sql.query(
    `insert into oob.site_pause (operation, site, begun, begun_at)
     select $1, site, 0, $3 from unnest($2::text[]) as site order by site on conflict do nothing`,
    [operation, paced, at],
  );
  const { rows } = await sql.query<Count>(
    `select site, begun, begun_at, paused_until from oob.site_pause
     where operation = $1 and site = any($2) order by site for update`,
    [operation, paced],
  );
  const left = new Map<string, number>();
  for (const { site, begun, begun_at, paused_until } of rows) {
    const { most, pauseMs } = rules.get(site) ?? { most: 0, pauseMs: 0 };
    const isPaused = paused_until !== null && paused_until > at;
    // A site that was quiet for as long as a pause has had its pause.
    const isRested = at.getTime() - begun_at.getTime() >= pauseMs;
    left.set(site, isPaused ? 0 : isRested ? most : Math.max(0, most - begun));
  }
  return {
    rooms: rooms.map(({ site, room }) => ({ site, room: Math.min(room, left.get(site) ?? room) })),
    async spend(usedBySite) {
      const spent = paced.flatMap((site) => {
        const used = usedBySite.get(site) ?? 0;
        const { most, pauseMs } = rules.get(site) ?? { most: 0, pauseMs: 0 };
        const begun = most - (left.get(site) ?? 0) + used;
        if (used === 0) return [];
        const until = begun < most ? null : new Date(at.getTime() + pauseMs).toISOString();
        return [{ site, begun: until === null ? begun : 0, until }];
      });
      await sql.query(
        `update oob.site_pause set begun = spent.begun, begun_at = $3, paused_until = spent.until
         from json_to_recordset($2::json) as spent(site text, begun integer, until timestamptz)
         where site_pause.operation = $1 and site_pause.site = spent.site`,
        [operation, JSON.stringify(spent), at],
      );
    },
  };
}
