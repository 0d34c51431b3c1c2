import type { Arguments, ClassContext, ClassDefinition, Instance } from '../class-definition.ts';
import { booleanArgument, bytesArgument, numberArgument, numberArguments, textArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { isGrantable, realm } from '../realms.ts';
import { serviceKeys } from '../references.ts';
import { isFactoryPassword } from '../setup/provisioning.ts';
import { accountData, aclStatus as status } from './account-data.ts';
import { type AclEntry, aclOf, auditorOf, isAuditor } from './acl.ts';

const serviceName = 'Intel(r) AMT Authorization Service';

/** Entries of either kind that fit in. `[guess]` */
const mostDigest = 15;
const mostKerberos = 32;
const handlesPerPage = 50;
const longestName = 16;
const longestSid = 28;

/** Who may change accounts. */
const realms = { read: [realm.generalInfo, realm.acl], write: [realm.acl] };
const reading = [realm.acl];
const entryInput =
  'DigestUsername:string DigestPassword:base64 KerberosUserSid:base64 AccessPermission:uint32! Realms:uint32[]!';

/**
 * The access control list. Properties and order as recorded `[capture]`; methods, legal values: intel/lms CIM classes
 * `[class model]`; rules for names and identifiers: guide `[guide]`; which PT_STATUS answers what: `[guess]`.
 */
export const authorizationService: ClassDefinition = {
  name: 'AMT_AuthorizationService',
  keys: serviceKeys,
  hasDatetime: true,
  realms,
  read: ({ device }) => [
    {
      properties: [
        // From the generation on that offers auth-int. [guess]
        ...(device.persona.generation >= 14 ? ([['AllowHttpQopAuthOnly', 1]] as const) : []),
        ['CreationClassName', 'AMT_AuthorizationService'],
        ['ElementName', serviceName],
        ['EnabledState', 5],
        ['Name', serviceName],
        ['RequestedState', 12],
        ['SystemCreationClassName', 'CIM_ComputerSystem'],
        ['SystemName', 'Intel(r) AMT'],
      ],
    },
  ],
  methods: {
    AddUserAclEntryEx: { input: entryInput, writes: true, invoke: add },
    UpdateUserAclEntryEx: { input: `Handle:uint32! ${entryInput}`, writes: true, invoke: update },
    RemoveUserAclEntry: {
      input: 'Handle:uint32!',
      writes: true,
      invoke(context, given) {
        const entry = entryOf(context, given);
        if (typeof entry === 'number') return entry;
        if (entry.isSystem || mayNotTouch(context, entry)) return status.notPermitted;
        const refusal = refusedByAudit(context, 1604, accountData(entry));
        if (refusal !== undefined) return refusal;
        aclOf(context.device).entries.delete(entry.handle);
        return status.success;
      },
    },
    EnumerateUserAclEntries: {
      input: 'StartIndex:uint32!',
      realms: reading,
      invoke({ device }, given) {
        const handles = [...aclOf(device).entries.keys()];
        const start = numberArgument(given, 'StartIndex');
        if (start < 1 || start > Math.max(1, handles.length)) return status.invalidIndex;
        const page = handles.slice(start - 1, start - 1 + handlesPerPage);
        return {
          properties: [
            ['TotalCount', handles.length],
            ['HandlesCount', page.length],
            ['Handles', page],
            ['ReturnValue', status.success],
          ],
        };
      },
    },
    GetUserAclEntryEx: {
      input: 'Handle:uint32!',
      realms: reading,
      invoke(context, given) {
        const entry = entryOf(context, given);
        return typeof entry === 'number' ? entry : shown(entry);
      },
    },
    SetAclEnabledState: {
      input: 'Handle:uint32! Enabled:boolean!',
      writes: true,
      invoke(context, given) {
        const entry = entryOf(context, given);
        if (typeof entry === 'number') return entry;
        if (mayNotTouch(context, entry)) return status.notPermitted;
        const isEnabled = booleanArgument(given, 'Enabled') ?? false;
        const data = Buffer.concat([Buffer.from([isEnabled ? 1 : 0]), accountData(entry)]);
        const refusal = refusedByAudit(context, 1606, data);
        if (refusal !== undefined) return refusal;
        entry.isEnabled = isEnabled;
        return status.success;
      },
    },
    GetAclEnabledState: {
      input: 'Handle:uint32!',
      realms: reading,
      invoke(context, given) {
        const entry = entryOf(context, given);
        if (typeof entry === 'number') return entry;
        return outcome([['Enabled', entry.isEnabled]]);
      },
    },
    SetAdminAclEntryEx: {
      input: 'Username:string! DigestPassword:base64!',
      writes: true,
      invoke(context, given) {
        const { device } = context;
        const name = textArgument(given, 'Username') ?? '';
        const hash = bytesArgument(given, 'DigestPassword') ?? Buffer.alloc(0);
        if (!isName(name)) return status.invalidName;
        if (hash.length !== 16) return status.invalidPassword;
        const acl = aclOf(device);
        const changed = (name === acl.adminName ? 0 : 1) | 2;
        const account = accountData({ digest: { name }, sid: undefined });
        const refusal = refusedByAudit(context, 1603, Buffer.concat([Buffer.from([changed]), account]));
        if (refusal !== undefined) return refusal;
        acl.adminName = name;
        device.adminHash = hash.toString('hex');
        return status.success;
      },
    },
    GetAdminAclEntry: {
      input: '',
      realms: reading,
      invoke: ({ device }) => outcome([['Username', aclOf(device).adminName]]),
    },
    GetAdminAclEntryStatus: {
      input: '',
      realms: reading,
      invoke: ({ device }) => outcome([['IsDefault', isFactoryPassword(device)]]),
    },
    GetAdminNetAclEntryStatus: {
      input: '',
      realms: reading,
      invoke: ({ device }) => outcome([['IsDefault', isFactoryPassword(device)]]),
    },
  },
};

const outcome = (properties: Instance['properties']): Instance => ({
  properties: [...properties, ['ReturnValue', status.success]],
});

/** The password is left out, as recorded. `[capture]` */
const shown = (entry: AclEntry): Instance =>
  outcome([
    ...(entry.digest ? ([['DigestUsername', entry.digest.name]] as const) : []),
    ...(entry.sid ? ([['KerberosUserSid', entry.sid.toString('base64')]] as const) : []),
    ['AccessPermission', entry.access],
    ['Realms', entry.realms],
  ]);

function entryOf({ device }: ClassContext, given: Arguments): AclEntry | number {
  return aclOf(device).entries.get(numberArgument(given, 'Handle')) ?? status.invalidHandle;
}

/** The auditor's account is nobody's but the auditor's. `[guide]` */
const mayNotTouch = ({ device, caller }: ClassContext, entry: AclEntry): boolean =>
  entry.realms.includes(realm.auditLog) && !isAuditor(device, caller);

/** Up to 16 printable characters without those of the screens; `$$` is for system accounts. `[guide]` */
const isName = (name: string): boolean =>
  name.length >= 1 && name.length <= longestName && /^[\x20-\x7e]+$/.test(name) && !/[,:"&<>]|^\$\$/.test(name);

/** What a request says of an account, checked. */
interface GivenAccount {
  readonly digest: AclEntry['digest'];
  readonly sid: AclEntry['sid'];
  readonly access: number;
  readonly realms: readonly number[];
}

function readAccount(context: ClassContext, given: Arguments, own: AclEntry | undefined): GivenAccount | number {
  const { entries, adminName } = aclOf(context.device);
  const name = textArgument(given, 'DigestUsername');
  const hash = bytesArgument(given, 'DigestPassword');
  const sid = bytesArgument(given, 'KerberosUserSid');
  const access = numberArgument(given, 'AccessPermission');
  const wanted = numberArguments(given, 'Realms');
  if ((name === undefined) === (sid === undefined) || access > 2) return status.invalidParameter;
  if (!wanted.every(isGrantable)) return status.invalidRealm;
  const auditor = auditorOf(context.device);
  if (wanted.includes(realm.auditLog) && auditor && auditor !== own) return status.maxLimitReached;
  const others = [...entries.values()].filter((entry) => entry !== own);
  if (sid) {
    if (sid.length === 0 || sid.length > longestSid || sid.length % 4 !== 0) return status.invalidParameter;
    if (others.some((entry) => entry.sid?.equals(sid))) return status.duplicate;
    return { digest: undefined, sid, access, realms: wanted };
  }
  if (name === undefined || !isName(name)) return status.invalidName;
  // An update may leave the password as it is. [guess]
  const kept = hash === undefined && own?.digest?.name === name ? own.digest.hash : undefined;
  if (kept === undefined && hash?.length !== 16) return status.invalidPassword;
  if (name === adminName || others.some((entry) => entry.digest?.name === name)) return status.duplicate;
  return { digest: { name, hash: kept ?? hash?.toString('hex') ?? '' }, sid: undefined, access, realms: wanted };
}

function add(context: ClassContext, given: Arguments): number | Instance {
  const acl = aclOf(context.device);
  const account = readAccount(context, given, undefined);
  if (typeof account === 'number') return account;
  const alike = [...acl.entries.values()].filter((entry) => (entry.sid === undefined) === (account.sid === undefined));
  if (alike.length >= (account.sid ? mostKerberos : mostDigest)) return status.maxLimitReached;
  const refusal = refusedByAudit(context, 1602, accountData(account));
  if (refusal !== undefined) return refusal;
  const handle = acl.nextHandle;
  acl.nextHandle += 1;
  acl.entries.set(handle, { handle, ...account, isEnabled: true, isSystem: false });
  return outcome([['Handle', handle]]);
}

/** Bits of what was changed: intel/lms `[class model]` */
const changeBit = { name: 1, password: 2, localRealms: 4, remoteRealms: 8, sid: 0x20 } as const;

function update(context: ClassContext, given: Arguments): number {
  const entry = entryOf(context, given);
  if (typeof entry === 'number') return entry;
  if (entry.isSystem || mayNotTouch(context, entry)) return status.notPermitted;
  const account = readAccount(context, given, entry);
  if (typeof account === 'number') return account;
  const isOtherRealms = account.realms.join() !== entry.realms.join() || account.access !== entry.access;
  const changed =
    (account.digest?.name === entry.digest?.name ? 0 : changeBit.name) |
    (account.digest?.hash === entry.digest?.hash ? 0 : changeBit.password) |
    (isOtherRealms ? changeBit.localRealms | changeBit.remoteRealms : 0) |
    (account.sid?.equals(entry.sid ?? Buffer.alloc(0)) === false ? changeBit.sid : 0);
  const refusal = refusedByAudit(context, 1603, Buffer.concat([Buffer.from([changed]), accountData(account)]));
  if (refusal !== undefined) return refusal;
  Object.assign(entry, account);
  return status.success;
}
