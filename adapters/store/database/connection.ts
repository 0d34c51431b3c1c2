import pg from 'pg';
import type { Logger } from '../../../src/ports/logger.ts';
import { errorCode, StoreError } from '../store-error.ts';

/** How PostgreSQL is reached: a URL, or host (an address, or the directory of a Unix socket), port and the rest. */
export type ConnectionSettings =
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

/** Rows and the count of rows that a statement returned or changed. */
export interface SqlResult<R> {
  readonly rows: R[];
  readonly count: number;
}

/**
 * Runs one statement with `$1` parameters. The row type is the one trust boundary of this folder: the tables and their
 * check constraints are ours, so what a statement selects is what its row interface says.
 */
export interface Sql {
  query<R extends pg.QueryResultRow = never>(text: string, values?: readonly unknown[]): Promise<SqlResult<R>>;
}

/** A pool of connections. */
export interface Database extends Sql {
  /** Runs `work` on one connection between BEGIN and COMMIT. Run again when PostgreSQL chose it as a deadlock's victim. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const maxConnections = 10;
const connectTimeoutMs = 10_000;
/** deadlock_detected and serialization_failure: PostgreSQL Appendix A. */
const repeatable = new Set(['40P01', '40001']);
const maxAttempts = 4;
const int8 = 20;

// pg gives int8 as text. Ours are sequence numbers and counts, far below 2^53. Not set globally: pg-boss shares the module.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)),
};

/** Settings as node-postgres wants them. */
export function clientConfig(settings: ConnectionSettings, applicationName: string): pg.ClientConfig {
  return { ...settings, application_name: applicationName, connectionTimeoutMillis: connectTimeoutMs, keepAlive: true };
}

/** Opens a pool. Connections are made when first needed. */
export function openDatabase(settings: ConnectionSettings, logger: Logger): Database {
  const pool = new pg.Pool({ ...clientConfig(settings, 'oob'), max: maxConnections, types });
  pool.on('error', (error) => logger.warn({ error }, 'an idle database connection was lost'));

  async function once<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    // The pool takes its listener off a client in use; without one, a lost connection would end the process.
    const onError = (error: Error): void => {
      broken = error;
    };
    client.on('error', onError);
    try {
      await client.query('begin');
      const result = await work(sqlOf(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  return {
    ...sqlOf(pool),
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(work);
        } catch (error) {
          if (attempt === maxAttempts || !repeatable.has(errorCode(error))) throw error;
          logger.debug({ attempt, sqlState: errorCode(error) }, 'a transaction is run again');
        }
      }
    },
    close: () => pool.end(),
  };
}

const oldestVersion = 140_000;

/** Rejects with ERR_STORE_UNREACHABLE or ERR_STORE_TOO_OLD. Waits up to `withinMs` for a server that is still starting. */
export async function awaitServer(database: Database, withinMs: number, logger: Logger): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (let said = false; ; said = true) {
    try {
      const { rows } = await database.query<{ version: string; number: number }>(
        `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
      );
      const server = rows[0];
      if (server && server.number < oldestVersion)
        throw new StoreError('ERR_STORE_TOO_OLD', `PostgreSQL 14 or later is needed, the server is ${server.version}.`);
      return;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const state = errorCode(error);
      // cannot_connect_now is a server that starts or stops; the others are one that is not there yet.
      const later = ['57P03', 'ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EAI_AGAIN'].includes(state);
      if (!later || Date.now() >= deadline)
        throw new StoreError(
          'ERR_STORE_UNREACHABLE',
          `The database does not answer (${state || 'no code'}). Check DATABASE_URL: server, port, database, user, password.`,
          { cause: error },
        );
      if (!said) logger.warn({ sqlState: state }, 'waiting for the database');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function sqlOf(runner: pg.Pool | pg.PoolClient): Sql {
  return {
    async query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      const result = await runner.query<R>(text, [...values]);
      return { rows: result.rows, count: result.rowCount ?? 0 };
    },
  };
}
