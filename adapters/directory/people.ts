import { AndFilter, type Entry, EqualityFilter, ExtensibleFilter, type Filter, NotFilter, OrFilter } from 'ldapts';
import type { DirectoryPeople, DirectoryTrustee } from '../../src/ports/directory/people.ts';
import { DirectoryError, type DirectoryFacts } from '../../src/ports/directory.ts';
import { sidBytes, sidText } from './access/sid.ts';
import { accountControl } from './computer-attributes.ts';
import type { Connection } from './protocol/connection.ts';
import { binaries, binary, text, texts, whole } from './protocol/entries.ts';

const equal = (attribute: string, value: string | Buffer) => new EqualityFilter({ attribute, value });
/** Users in one question: fewer than a domain controller answers with at once, so that no page is needed. */
const usersAtOnce = 60;
const matching = (matchType: string, rule: string, value: string) => new ExtensibleFilter({ matchType, rule, value });
/** LDAP_MATCHING_RULE_IN_CHAIN and LDAP_MATCHING_RULE_BIT_AND ([MS-ADTS] 3.1.1.3.4.4). */
const inChain = '1.2.840.113556.1.4.1941';
const allBits = '1.2.840.113556.1.4.803';
const enabled = new NotFilter({ filter: matching('userAccountControl', allBits, String(accountControl.disabled)) });
const shown = ['objectSid', 'sAMAccountName', 'objectClass', 'userAccountControl'];

/** Users and groups of one domain. */
export function createPeople(connection: Connection, facts: () => Promise<DirectoryFacts>): DirectoryPeople {
  const search = async (base: string, scope: 'base' | 'sub', filter?: Filter): Promise<readonly Entry[]> => {
    try {
      const options = {
        scope,
        attributes: shown,
        explicitBufferAttributes: ['objectSid'],
        ...(filter ? { filter } : {}),
      };
      return (await connection.read((client) => client.search(base, options))).searchEntries;
    } catch (error) {
      if (error instanceof DirectoryError && error.code === 'directory_not_found') return [];
      throw error;
    }
  };
  const one = (entries: readonly Entry[]): Entry | null => {
    const found = entries.filter((entry) => text(entry, 'sAMAccountName') !== null);
    if (found.length > 1)
      throw new DirectoryError(
        'directory_ambiguous',
        found.map((entry) => entry.dn),
      );
    return found[0] ?? null;
  };
  /** NetBIOS name of our domain, as `LAB` in `LAB\alice`. */
  const shortName = async (): Promise<string | null> => {
    const { baseDn } = await facts();
    const root = await connection.read((client) =>
      client.search('', { scope: 'base', attributes: ['configurationNamingContext'] }),
    );
    const configuration = root.searchEntries[0] ? text(root.searchEntries[0], 'configurationNamingContext') : null;
    if (configuration === null) return null;
    const { searchEntries } = await connection.read((client) =>
      client.search(`CN=Partitions,${configuration}`, {
        scope: 'one',
        filter: equal('nCName', baseDn),
        attributes: ['nETBIOSName'],
      }),
    );
    return searchEntries[0] ? text(searchEntries[0], 'nETBIOSName') : null;
  };
  const bySid = async (sid: Buffer) => one(await search((await facts()).baseDn, 'sub', equal('objectSid', sid)));

  const lookUp = async (name: string): Promise<Entry | null> => {
    const { baseDn, realm } = await facts();
    const sid = sidBytes(name);
    if (sid) return bySid(sid);
    if (/^(?:CN|OU|DC)=/i.test(name)) return one(await search(name, 'base'));
    const account = async (short: string) => one(await search(baseDn, 'sub', equal('sAMAccountName', short)));
    const [, domain, local] = /^([^\\]+)\\(.+)$/s.exec(name) ?? [];
    if (domain !== undefined && local !== undefined)
      return domain.toLowerCase() === (await shortName())?.toLowerCase() ? account(local) : null;
    const [, user, suffix] = /^(.+)@([^@]+)$/s.exec(name) ?? [];
    if (user === undefined || suffix === undefined) return account(name);
    const principal = one(await search(baseDn, 'sub', equal('userPrincipalName', name)));
    // An account without a userPrincipalName is still known by its account name and the domain's name.
    return principal ?? (suffix.toUpperCase() === realm ? account(user) : null);
  };

  return {
    async membersAmong(userSids, groupSid) {
      const sid = sidBytes(groupSid);
      const group = sid && (await bySid(sid));
      if (!group || !texts(group, 'objectClass').includes('group'))
        throw new DirectoryError('directory_not_found', [groupSid]);
      const users = userSids.flatMap((user) => sidBytes(user) ?? []);
      const members: string[] = [];
      for (let start = 0; start < users.length; start += usersAtOnce) {
        const some = users.slice(start, start + usersAtOnce).map((user) => equal('objectSid', user));
        const filter = new AndFilter({
          filters: [new OrFilter({ filters: some }), enabled, matching('memberOf', inChain, group.dn)],
        });
        const found = await search((await facts()).baseDn, 'sub', filter);
        members.push(...found.map((entry) => sidText(binary(entry, 'objectSid'))));
      }
      return members;
    },
    async trustee(nameOrSid) {
      const entry = await lookUp(nameOrSid);
      return entry && trusteeOf(entry);
    },
    async groupsOf(userSid) {
      const sid = sidBytes(userSid);
      const user = sid && (await bySid(sid));
      if (!user) throw new DirectoryError('directory_not_found', [userSid]);
      if (((whole(user, 'userAccountControl') ?? accountControl.disabled) & accountControl.disabled) !== 0)
        throw new DirectoryError('directory_account_disabled', [user.dn]);
      // tokenGroups is computed for one object at a time, so only a base search shows it ([MS-ADTS] 3.1.1.4.5.19).
      const { searchEntries } = await connection.read((client) =>
        client.search(user.dn, {
          scope: 'base',
          attributes: ['tokenGroups'],
          explicitBufferAttributes: ['tokenGroups'],
        }),
      );
      const groups = searchEntries[0] ? binaries(searchEntries[0], 'tokenGroups') : [];
      // Everybody is in a primary group: no groups at all means that they may not be read.
      if (groups.length === 0) throw new DirectoryError('directory_no_rights', [`tokenGroups of ${user.dn}`]);
      return groups.map((bytes) => sidText(bytes));
    },
  };
}

function trusteeOf(entry: Entry): DirectoryTrustee {
  const classes = texts(entry, 'objectClass');
  const kind = classes.includes('group') ? 'group' : classes.includes('computer') ? 'computer' : 'user';
  return {
    dn: entry.dn,
    sid: sidText(binary(entry, 'objectSid')),
    accountName: text(entry, 'sAMAccountName') ?? '',
    kind,
  };
}
