import type { Directory, DirectoryFacts } from '../../src/ports/directory.ts';
import { createDeviceObjects } from './device-objects.ts';
import { createUnit } from './organizational-unit.ts';
import { createPeople } from './people.ts';
import { createConnection } from './protocol/connection.ts';
import { readFacts } from './protocol/root.ts';
import { asGlobalCatalog, findServers } from './protocol/servers.ts';

/** One Active Directory domain and how it is reached. */
export interface DirectoryOptions {
  /** Name in the configuration. */
  readonly name: string;
  /** DNS name of the domain, such as `corp.example.com`. */
  readonly domain: string;
  /** `ldaps://` addresses of domain controllers in the order to try; none: DNS is asked. */
  readonly servers: readonly string[];
  /** Distinguished name of the unit for device objects. */
  readonly unit: string;
  /** `name@domain`, `DOMAIN\name` or a distinguished name. */
  readonly account: string;
  /** Resolved at each bind and kept nowhere but in the LDAP connection. */
  readonly password: () => Promise<string>;
  /** PEM of the authority that issued the certificates of the domain controllers; null: those that Node.js trusts. */
  readonly ca: string | null;
  readonly timeouts: { readonly connectMs: number; readonly requestMs: number };
  readonly now: () => Date;
}

/** Speaks LDAPS to the domain controllers of one domain. Nothing is opened before it is used. */
export function createDirectory(options: DirectoryOptions): Directory {
  const { name, domain, unit, account, password, ca, timeouts, now } = options;
  const servers = () => findServers(options.servers, domain);
  const connect = (find: typeof servers) =>
    createConnection({
      servers: find,
      account,
      password,
      ca,
      connectTimeoutMs: timeouts.connectMs,
      requestTimeoutMs: timeouts.requestMs,
      now,
    });
  const connection = connect(servers);
  const globalCatalog = connect(async () => asGlobalCatalog(await servers()));
  const facts = (): Promise<DirectoryFacts> => readFacts(connection);
  return {
    name,
    facts,
    unit: createUnit(connection, unit, facts),
    devices: createDeviceObjects({ connection, globalCatalog, unit, facts }),
    people: createPeople(connection, facts),
    close: async () => {
      await Promise.all([connection.close(), globalCatalog.close()]);
    },
  };
}
