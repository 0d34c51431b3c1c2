import { type AmtAccount, type AmtAccountInput, type AmtAccounts, realms } from '../../../../src/ports/amt/accounts.ts';
import { refuseInput } from '../../errors.ts';
import type { Device } from '../device.ts';
import { sidBytes, sidText } from '../sid.ts';
import { authorizationClass } from './definitions.ts';
import { createDigestPassword } from './digest-password.ts';

const permissions = ['local', 'network', 'any'] as const;
const realmNames: ReadonlyMap<number, string> = new Map(Object.entries(realms).map(([n, name]) => [Number(n), name]));
const realmNumbers: ReadonlyMap<string, number> = new Map(Object.entries(realms).map(([n, name]) => [name, Number(n)]));
/** AMT gives at most 50 handles per call and holds fewer accounts than this. */
const maxAccounts = 1_000;

const refuse = (why: string): never => refuseInput('the account can not be written', why);

function checkUser(user: string): void {
  if (!/^[\x21-\x7e]{1,16}$/.test(user)) refuse('a user name has 1 to 16 ASCII characters');
  if (/[,:"&<>]/.test(user)) refuse('a user name holds none of , : " & < >');
  if (user.startsWith('$$')) refuse("names that begin with $$ are the system's own");
}

/** The access control list (AMT_AuthorizationService). */
export function createAccounts(device: Device): AmtAccounts {
  const digestOf = createDigestPassword(device);

  async function argumentsOf({ who, access, realms: names }: AmtAccountInput) {
    const common = {
      AccessPermission: permissions.indexOf(access),
      Realms: names.map((name) => realmNumbers.get(name) ?? refuse(`there is no realm ${name}`)),
    };
    if (who.kind === 'digest') {
      checkUser(who.user);
      const DigestPassword = who.password === null ? undefined : await digestOf(who.user, who.password);
      return { DigestUsername: who.user, DigestPassword, ...common };
    }
    return { KerberosUserSid: sidBytes(who.sid) ?? refuse('that is no SID'), ...common };
  }

  async function handles(): Promise<number[]> {
    const found: number[] = [];
    for (;;) {
      const args = { StartIndex: found.length + 1 };
      // 35: there is nothing at this index, which is how an empty list ends.
      const page = await device.call(authorizationClass, 'EnumerateUserAclEntries', args, { accepts: [35] });
      const more = page.Handles ?? [];
      found.push(...more);
      if (more.length === 0 || found.length >= (page.TotalCount ?? 0) || found.length > maxAccounts) return found;
    }
  }

  async function read(handle: number): Promise<AmtAccount | null> {
    const entry = await device.call(authorizationClass, 'GetUserAclEntryEx', { Handle: handle });
    if (entry.DigestUsername?.startsWith('$$')) return null;
    const { Enabled = true } = await device.call(authorizationClass, 'GetAclEnabledState', { Handle: handle });
    const sid = entry.KerberosUserSid ?? new Uint8Array();
    return {
      handle,
      who:
        entry.DigestUsername === undefined
          ? { kind: 'kerberos', sid: sidText(sid) ?? `0x${Buffer.from(sid).toString('hex')}` }
          : { kind: 'digest', user: entry.DigestUsername },
      access: permissions[entry.AccessPermission ?? 0] ?? 'local',
      realms: (entry.Realms ?? []).map((number) => realmNames.get(number) ?? `realm ${number}`),
      enabled: Enabled,
    };
  }

  return {
    list: () =>
      device.task(async () => {
        const accounts: AmtAccount[] = [];
        for (const handle of await handles()) {
          const account = await read(handle);
          if (account !== null) accounts.push(account);
        }
        return accounts;
      }),
    add: (account) =>
      device.task(async () => {
        if (account.who.kind === 'digest' && account.who.password === null) refuse('a new user needs a password');
        await device.call(authorizationClass, 'AddUserAclEntryEx', await argumentsOf(account));
      }),
    update: (handle, account) =>
      device.task(async () => {
        const args = { Handle: handle, ...(await argumentsOf(account)) };
        await device.call(authorizationClass, 'UpdateUserAclEntryEx', args);
      }),
    remove: (handle) =>
      device.task(async () => {
        await device.call(authorizationClass, 'RemoveUserAclEntry', { Handle: handle });
      }),
    setEnabled: (handle, enabled) =>
      device.task(async () => {
        await device.call(authorizationClass, 'SetAclEnabledState', { Handle: handle, Enabled: enabled });
      }),
  };
}
