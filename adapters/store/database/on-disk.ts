import type { Sql } from './connection.ts';

/** Makes the commit of this transaction wait for the disk where a server was told not to; one that waits for replicas goes on to. */
export async function insistOnDisk(sql: Sql): Promise<void> {
  await sql.query(
    "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'",
  );
}
