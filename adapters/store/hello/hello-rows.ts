import { z } from 'zod';
import type { RootHash } from '../../../src/ports/hello/hello.ts';
import type { HelloDoubt, HelloRecord, HelloSource } from '../../../src/ports/hello/hello-store.ts';

/** A row of oob.hello. */
export interface HelloRow {
  uuid: string;
  version: number;
  credentials_set: boolean;
  retries: number;
  pid: string | null;
  roots: unknown;
  address: string;
  first_seen_at: Date;
  last_seen_at: Date;
  seen: number;
  sources: unknown;
  doubt: HelloDoubt | null;
}

const rootsSchema = z.array(z.object({ kind: z.enum(['sha1', 'sha256', 'sha384']), hex: z.string() }));
const sourcesSchema = z.array(z.object({ address: z.string(), kind: z.string(), lastSeenAt: z.coerce.date() }));

/** The record in a row. */
export function helloOf(row: HelloRow): HelloRecord {
  const roots: readonly RootHash[] = rootsSchema.parse(row.roots);
  const sources: readonly HelloSource[] = sourcesSchema.parse(row.sources);
  return {
    uuid: row.uuid,
    version: row.version === 2 ? 2 : 3,
    credentialsSet: row.credentials_set,
    retries: row.retries,
    pid: row.pid,
    roots,
    address: row.address,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    seen: row.seen,
    sources,
    doubt: row.doubt,
  };
}
