import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { resolveSecret, type SecretSources } from '../config/secrets/resolve-secret.ts';
import { createGroupRoles } from '../directory/group-roles.ts';
import { plainDnsName } from '../inventory/dns-name.ts';
import { type Directory, DirectoryError } from '../ports/directory.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import type { Surroundings } from './surroundings.ts';

/** Roles from groups of Active Directory; null where the configuration gives none. What has to be closed is added to `undo`. */
export async function groupRolesOf(
  { config, secrets, logger }: Pick<Surroundings, 'config' | 'secrets' | 'logger'>,
  undo: (() => Promise<void>)[],
) {
  const { roles, groupsSeconds, groupsStaleSeconds } = config.directory;
  const people = config.people.flatMap(({ id, directory }) => (directory ? [{ id, ...directory }] : []));
  if (roles.length === 0 || people.length === 0) return null;
  const directories = new Map((await openDirectories(config, secrets)).map((each) => [each.name, each]));
  undo.push(async () => {
    for (const directory of directories.values()) await directory.close();
  });
  return createGroupRoles({
    people,
    roles,
    membersAmong: async (domain, users, group) =>
      (await directories.get(domain)?.people.membersAmong(users, group)) ?? [],
    clock,
    logger,
    freshMs: groupsSeconds * 1_000,
    staleMs: groupsStaleSeconds * 1_000,
  });
}

/**
 * The Active Directory domains of the configuration; `only` one of them. With `elevated` another account is used than the service's:
 * that of the person at the terminal. Nothing is connected before it is used; each must be closed.
 */
export async function openDirectories(
  config: Config,
  secrets: SecretSources,
  choice: { readonly only?: string; readonly elevated?: { readonly account: string; readonly password: string } } = {},
): Promise<readonly Directory[]> {
  const { createDirectory } = await import('../../adapters/directory/index.ts');
  const { domains, connectSeconds, requestSeconds } = config.directory;
  const chosen = Object.entries(domains).filter(([name]) => choice.only === undefined || choice.only === name);
  return Promise.all(
    chosen.map(async ([name, { dnsName, servers, unit, account, password, certificateAuthorityFile }]) =>
      createDirectory({
        name,
        domain: dnsName,
        servers,
        unit,
        account: choice.elevated?.account ?? account,
        password: async () => choice.elevated?.password ?? readable(() => resolveSecret(password, secrets)),
        ca:
          certificateAuthorityFile === undefined
            ? null
            : await readable(() => readFile(certificateAuthorityFile, 'utf8')),
        timeouts: { connectMs: connectSeconds * 1_000, requestMs: requestSeconds * 1_000 },
        now: () => clock.now(),
      }),
    ),
  );
}

/** What `read` gives; a secret or a file that cannot be read is told as the domain's. Neither says more of a secret than its place. */
async function readable(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (cause) {
    const why: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'message') : null;
    throw new DirectoryError('directory_settings_unreadable', [String(why ?? 'no reason was given')], { cause });
  }
}

/**
 * Finds the domain that holds a name, the longest that fits. Each is opened when it is first asked for; what has to be closed is added to
 * `undo`.
 */
export function directoryFinder(
  { config, secrets }: Pick<Surroundings, 'config' | 'secrets'>,
  undo: (() => Promise<void>)[],
): (fqdn: string) => Promise<Directory | null> {
  const opened = new Map<string, Promise<readonly Directory[]>>();
  undo.push(async () => {
    for (const each of opened.values()) for (const directory of await each) await directory.close();
  });
  return async (fqdn) => {
    const name = domainOf(config, fqdn);
    if (name === null) return null;
    const [directory = null] = await (opened.get(name) ?? remember(name));
    return directory;
  };

  function remember(name: string): Promise<readonly Directory[]> {
    const opening = openDirectories(config, secrets, { only: name });
    opened.set(name, opening);
    // A secret that could not be read may be there at the next question.
    opening.catch(() => opened.delete(name));
    return opening;
  }
}

/** Name in the configuration of the domain whose DNS name is the longest end of the full name. */
export function domainOf({ directory: { domains } }: Config, fqdn: string): string | null {
  const name = plainDnsName(fqdn);
  const fitting = Object.entries(domains).filter(([, { dnsName }]) => name.endsWith(`.${dnsName.toLowerCase()}`));
  return fitting.sort(([, a], [, b]) => b.dnsName.length - a.dnsName.length)[0]?.[0] ?? null;
}
