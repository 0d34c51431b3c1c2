import { createHash } from 'node:crypto';
import { first } from '../migrations/001-first.sql.ts';
import { reports } from '../migrations/002-reports.sql.ts';
import { deviceLogs } from '../migrations/003-device-logs.sql.ts';
import { waves } from '../migrations/004-waves.sql.ts';
import { links } from '../migrations/005-links.sql.ts';
import { retries } from '../migrations/006-retries.sql.ts';
import { plans } from '../migrations/007-plans.sql.ts';
import { audit } from '../migrations/008-audit.sql.ts';
import { schedules } from '../migrations/009-schedules.sql.ts';
import { digests } from '../migrations/010-digests.sql.ts';
import { transmissions } from '../migrations/011-transmissions.sql.ts';
import { breakGlass } from '../migrations/012-break-glass.sql.ts';
import { certificates } from '../migrations/014-certificates.sql.ts';
import { directoryUnits } from '../migrations/014-directory-units.sql.ts';
import { hellos } from '../migrations/015-hellos.sql.ts';
import { discovery } from '../migrations/016-discovery.sql.ts';
import { provisioning } from '../migrations/017-provisioning.sql.ts';
import { checklist } from '../migrations/018-checklist.sql.ts';
import { StoreError } from '../store-error.ts';
import type { Database } from './connection.ts';
import { advisoryLocks } from './locks.ts';

/** One step of the schema. Never edited once released: databases remember its checksum. */
export interface Migration {
  /** `NNN-name`; the number gives the order. */
  readonly name: string;
  readonly sql: string;
}

/** All steps, in order. */
export const migrations: readonly Migration[] = [
  first,
  reports,
  deviceLogs,
  waves,
  links,
  retries,
  plans,
  audit,
  schedules,
  digests,
  transmissions,
  breakGlass,
  certificates,
  directoryUnits,
  hellos,
  discovery,
  provisioning,
  checklist,
];

/**
 * Brings the schema `oob` up to date in one transaction; safe when several services start at once. Resolves to the names of the
 * steps that were run. Rejects with ERR_STORE_MIGRATION_CHANGED or ERR_STORE_NEWER, and then nothing was changed.
 */
export async function migrate(
  database: Database,
  steps: readonly Migration[] = migrations,
): Promise<readonly string[]> {
  return database.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1, $2)', advisoryLocks.migrations);
    await sql.query('create schema if not exists oob');
    await sql.query(
      'create table if not exists oob.migration (name text primary key, checksum text not null, applied_at timestamptz not null)',
    );
    const { rows } = await sql.query<{ name: string; checksum: string }>('select name, checksum from oob.migration');
    const applied = new Map(rows.map((row) => [row.name, row.checksum]));
    const unknown = rows.map((row) => row.name).filter((name) => !steps.some((step) => step.name === name));
    if (unknown.length > 0)
      throw new StoreError(
        'ERR_STORE_NEWER',
        `The database was made by a later release of oob (it has ${unknown.sort().join(', ')}). Start that release, or use another database.`,
      );
    const run: string[] = [];
    for (const step of steps) {
      const checksum = createHash('sha256').update(step.sql).digest('hex');
      const known = applied.get(step.name);
      if (known === checksum) continue;
      if (known !== undefined)
        throw new StoreError(
          'ERR_STORE_MIGRATION_CHANGED',
          `Migration ${step.name} was edited after this database had run it. Undo the edit; change the schema by a new migration.`,
        );
      await sql.query(step.sql);
      await sql.query('insert into oob.migration values ($1, $2, now())', [step.name, checksum]);
      run.push(step.name);
    }
    return run;
  });
}
