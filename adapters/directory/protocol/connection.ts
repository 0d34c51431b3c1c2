import { isIP, isIPv6 } from 'node:net';
import { Client } from 'ldapts';
import { DirectoryError, type DirectoryErrorCode } from '../../../src/ports/directory.ts';
import type { DirectoryServer } from './servers.ts';
import { translateError } from './translate-error.ts';

/** How a domain is reached. */
export interface ConnectionOptions {
  /** In the order to try; looked up again whenever a connection is opened. */
  readonly servers: () => Promise<readonly DirectoryServer[]>;
  /** `name@domain`, `DOMAIN\name` or a distinguished name. */
  readonly account: string;
  /** Resolved afresh at each bind. */
  readonly password: () => Promise<string>;
  /** PEM; null: the authorities that Node.js trusts. */
  readonly ca: string | null;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly now: () => Date;
}

/** One authenticated connection, opened when needed, and opened to another domain controller when one is gone. */
export interface Connection {
  /** Runs `work`, again on another domain controller when this one goes away: it must change nothing. */
  read<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Runs `work`; once the request may have been sent it is not repeated, and the error says mayHaveActed. */
  change<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** The pages of a search. An error ends them; the caller begins anew. */
  pages<T>(work: (client: Client) => AsyncIterable<T>): AsyncIterable<T>;
  close(): Promise<void>;
}

interface Opened {
  readonly client: Client;
  readonly server: string;
}

/** A refused password is not tried again for so long, that repeated commands do not lock the account. */
const refusedForMs = 5 * 60_000;

/** What a bind alone is answered with. */
const logOnFailures: ReadonlySet<DirectoryErrorCode> = new Set([
  'directory_wrong_password',
  'directory_account_locked',
  'directory_account_disabled',
  'directory_password_expired',
]);

/** Makes the connection; nothing is opened before the first use. */
export function createConnection(options: ConnectionOptions): Connection {
  let opening: Promise<Opened> | null = null;
  let preferred = '';
  let refused: { readonly password: string; readonly until: number; readonly error: DirectoryError } | null = null;

  const current = (): Promise<Opened> => {
    if (opening) return opening;
    const attempt = openAny();
    opening = attempt;
    attempt.catch(() => {
      if (opening === attempt) opening = null;
    });
    return attempt;
  };

  const drop = async (opened: Opened) => {
    const held = opening;
    if (held && (await held.catch(() => null)) === opened && opening === held) opening = null;
    await opened.client.unbind().catch(() => undefined);
  };

  async function openAny(): Promise<Opened> {
    const password = await options.password();
    // RFC 4513, 5.1.2: a name with an empty password is an anonymous bind, and many servers say "success".
    if (password === '') throw new DirectoryError('directory_password_empty', [`account ${options.account}`]);
    if (refused && refused.password === password && options.now().getTime() < refused.until) throw refused.error;
    const servers = [...(await options.servers())];
    servers.sort((a, b) => Number(nameOf(b) === preferred) - Number(nameOf(a) === preferred));
    const failures: DirectoryError[] = [];
    for (const server of servers) {
      try {
        const opened = await open(server, password);
        preferred = opened.server;
        return opened;
      } catch (thrown) {
        const { error, transport } = translateError(thrown, nameOf(server));
        if (!transport) {
          if (error.code === 'directory_wrong_password')
            refused = { password, until: options.now().getTime() + refusedForMs, error };
          throw error;
        }
        failures.push(error);
      }
    }
    throw mostTelling(failures);
  }

  async function open({ host, port }: DirectoryServer, password: string): Promise<Opened> {
    const client = new Client({
      url: `ldaps://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      timeout: options.requestTimeoutMs,
      connectTimeout: options.connectTimeoutMs,
      autoRebind: true,
      tlsOptions: {
        minVersion: 'TLSv1.2',
        ...(options.ca === null ? {} : { ca: options.ca }),
        ...(isIP(host) === 0 ? { servername: host } : {}),
      },
    });
    try {
      await client.bind(options.account, password);
      return { client, server: nameOf({ host, port }) };
    } catch (error) {
      // A client that failed keeps its socket, and the process alive.
      await client.unbind().catch(() => undefined);
      throw error;
    }
  }

  async function run<T>(work: (client: Client) => Promise<T>, repeatable: boolean): Promise<T> {
    for (let turn = 0; ; turn += 1) {
      const opened = await current();
      try {
        return await work(opened.client);
      } catch (thrown) {
        const { error, transport, sent } = translateError(thrown, opened.server);
        // The library logged on again with the password that it remembered, which may have been changed: nothing was asked yet.
        const loggedOut = logOnFailures.has(error.code);
        if (!transport && !loggedOut) throw error;
        await drop(opened);
        if (loggedOut && turn < 1) continue;
        if (loggedOut) throw error;
        if (turn < 2 && (repeatable || !sent)) continue;
        throw new DirectoryError(error.code, error.evidence, { cause: thrown, mayHaveActed: sent && !repeatable });
      }
    }
  }

  return {
    read: (work) => run(work, true),
    change: (work) => run(work, false),
    async *pages(work) {
      // A server that went away since the last use is found out here, where asking again is harmless.
      await run((client) => client.search('', { scope: 'base', attributes: ['currentTime'] }), true);
      const opened = await current();
      try {
        yield* work(opened.client);
      } catch (thrown) {
        const { error, transport } = translateError(thrown, opened.server);
        if (transport) await drop(opened);
        throw error;
      }
    },
    async close() {
      const held = opening;
      opening = null;
      const opened = await held?.catch(() => null);
      await opened?.client.unbind().catch(() => undefined);
    },
  };
}

const nameOf = ({ host, port }: DirectoryServer) => `${host}:${port}`;

/** Of several domain controllers that failed: what is wrong with one that was reached tells more than that one was not. */
function mostTelling(failures: readonly DirectoryError[]): DirectoryError {
  const telling = failures.find(({ code }) => code !== 'directory_unreachable') ?? failures[0];
  if (!telling) return new DirectoryError('directory_unreachable', ['no domain controller is named']);
  const evidence = failures.length === 1 ? telling.evidence : failures.map((error) => error.message);
  return new DirectoryError(telling.code, evidence, { cause: telling.cause });
}
