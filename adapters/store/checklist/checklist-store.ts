import type {
  Attestation,
  ChecklistStore,
  Evidence,
  FindingStatus,
  KeptFinding,
  StatusChange,
} from '../../../src/ports/checklist/checklist-store.ts';
import type { Database, Sql } from '../database/connection.ts';
import { storableJson, storableText } from '../database/json.ts';
import { isOfTheFuture } from '../database/of-the-future.ts';
import { foldName } from '../database/sort-key.ts';
import { addPosts } from '../digests/posts.ts';
import { appendToTrail } from '../trail/trail.ts';

interface FindingRow {
  step: string;
  site: string;
  status: FindingStatus;
  evidence: (Omit<Evidence, 'at' | 'until' | 'attested'> & {
    at: string;
    until: string;
    attested: (Omit<NonNullable<Evidence['attested']>, 'until'> & { until: string }) | null;
  })[];
  measured_at: Date;
  expires_at: Date;
  since: Date;
  is_red: boolean | null;
}

interface AttestationRow extends Omit<Attestation, 'by'> {
  by_person: string;
}

const keptOf = ({ measured_at, expires_at, is_red, evidence, ...row }: FindingRow): KeptFinding => ({
  ...row,
  evidence: evidence.map(({ at, until, attested, ...each }) => ({
    ...each,
    at: new Date(at),
    until: new Date(until),
    attested: attested && { ...attested, until: new Date(attested.until) },
  })),
  measuredAt: measured_at,
  expiresAt: expires_at,
  isRed: is_red,
});

const columns = 'step, site, status, evidence, measured_at, expires_at, since, is_red';

/** Two that verify the same site wait for each other, so that each sees what the other kept. */
const lockSite = (sql: Sql, siteKey: string) =>
  sql.query("select pg_advisory_xact_lock(hashtextextended('oob checklist ' || $1, 0))", [siteKey]);

/** Findings, attestations and due times, in oob.checklist_* and oob.attestation. */
export function createChecklistStore(database: Database): ChecklistStore {
  return {
    async keep(findings, change) {
      const [first] = findings;
      if (!first) return;
      const siteKey = foldName(first.site);
      await database.transaction(async (sql) => {
        await lockSite(sql, siteKey);
        const { rows } = await sql.query<FindingRow & { is_of_the_future: boolean }>(
          `select ${columns}, ${isOfTheFuture('measured_at')} as is_of_the_future
           from oob.checklist_finding where site_key = $1`,
          [siteKey],
        );
        const known = new Map(rows.map(({ is_of_the_future: _, ...row }) => [row.step, keptOf(row)]));
        // Measured by a clock that was wrong: what is measured by the right one counts, although its time is earlier.
        const ofTheFuture = new Set(rows.flatMap((row) => (row.is_of_the_future ? [row.step] : [])));
        const changes = findings
          .filter(
            ({ step, measuredAt }) =>
              ofTheFuture.has(step) || measuredAt >= (known.get(step)?.measuredAt ?? measuredAt),
          )
          .map((finding) => ({
            before: known.get(finding.step) ?? null,
            ...change(known.get(finding.step) ?? null, finding),
          }));
        for (const { before, kept, posts } of changes) {
          await sql.query(
            `insert into oob.checklist_finding (site_key, step, site, status, evidence, measured_at, expires_at, since, is_red)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (site_key, step) do update set site = excluded.site, status = excluded.status, evidence = excluded.evidence,
               measured_at = excluded.measured_at, expires_at = excluded.expires_at, since = excluded.since, is_red = excluded.is_red`,
            [
              ...[
                siteKey,
                kept.step,
                storableText(kept.site),
                kept.status,
                storableJson(kept.evidence),
                kept.measuredAt,
              ],
              ...[kept.expiresAt, kept.since, kept.isRed],
            ],
          );
          if (before?.status !== kept.status)
            await sql.query(
              `insert into oob.checklist_change (site_key, step, at, status) values ($1, $2, $3, $4)
               on conflict (site_key, step, at) do update set status = excluded.status`,
              [siteKey, kept.step, kept.since, kept.status],
            );
          await addPosts(sql, posts, kept.measuredAt);
        }
        await appendToTrail(
          sql,
          changes.flatMap(({ trail }) => trail),
        );
      });
    },

    async latest(site) {
      const { rows } = await database.query<FindingRow>(
        `select ${columns} from oob.checklist_finding where site_key = $1`,
        [foldName(site)],
      );
      return rows.map(keptOf);
    },

    async changes(site, since) {
      const { rows } = await database.query<StatusChange>(
        `(select distinct on (step) step, status, at from oob.checklist_change where site_key = $1 and at <= $2
          order by step, at desc)
         union all
         select step, status, at from oob.checklist_change where site_key = $1 and at > $2
         order by at, step`,
        [foldName(site), since],
      );
      return rows;
    },

    async attest({ id, site, step, checks, by, reason, at, until }, entry) {
      await database.transaction(async (sql) => {
        await sql.query(
          `insert into oob.attestation (id, site_key, site, step, checks, by_person, reason, at, until)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [id, foldName(site), storableText(site), step, storableJson(checks), by, storableText(reason), at, until],
        );
        await appendToTrail(sql, [entry]);
      });
    },

    withdraw: (site, step, at, entry) =>
      database.transaction(async (sql) => {
        const { count } = await sql.query(
          'update oob.attestation set until = $3 where site_key = $1 and step = $2 and until > $3',
          [foldName(site), step, at],
        );
        if (count > 0) await appendToTrail(sql, [entry]);
        return count > 0;
      }),

    async attestations(site, now) {
      const { rows } = await database.query<AttestationRow>(
        `select id, site, step, checks, by_person, reason, at, until from oob.attestation
         where site_key = $1 and until > $2 order by at, id`,
        [foldName(site), now],
      );
      return rows.map(({ by_person: by, ...row }) => ({ ...row, by }));
    },

    async verifiedAt(site) {
      const { rows } = await database.query<{ verified_at: Date }>(
        'select verified_at from oob.checklist_site where site_key = $1',
        [foldName(site)],
      );
      return rows[0]?.verified_at ?? null;
    },

    async keepVerified(site, at) {
      await database.query(
        `insert into oob.checklist_site as known (site_key, verified_at) values ($1, $2)
         on conflict (site_key) do update set verified_at =
           case when ${isOfTheFuture('known.verified_at')} then excluded.verified_at
             else greatest(known.verified_at, excluded.verified_at) end`,
        [foldName(site), at],
      );
    },

    async sweptUntil(now) {
      await database.query(
        'insert into oob.checklist_sweep (swept_until) values ($1) on conflict (only_row) do nothing',
        [now],
      );
      const { rows } = await database.query<{ swept_until: Date }>('select swept_until from oob.checklist_sweep');
      return rows[0]?.swept_until ?? now;
    },

    async sweep(from, until) {
      const { count } = await database.query('update oob.checklist_sweep set swept_until = $2 where swept_until = $1', [
        from,
        until,
      ]);
      return count > 0;
    },
  };
}
