import { serviceFields } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns } from '../../model/return-values.ts';

/** The access control list. */
export const authorizationClass = defineClass('AMT_AuthorizationService', {
  fields: {
    ...serviceFields,
    AllowHttpQopAuthOnly: 'number',
  },
  methods: {
    AddUserAclEntryEx: method({
      in: {
        DigestUsername: 'text',
        DigestPassword: 'bytes',
        KerberosUserSid: 'bytes',
        AccessPermission: 'number',
        Realms: 'number[]',
      },
      optional: ['DigestUsername', 'DigestPassword', 'KerberosUserSid'],
      out: { Handle: 'number' },
      returns: ptStatusReturns,
    }),
    EnumerateUserAclEntries: method({
      in: { StartIndex: 'number' },
      out: { TotalCount: 'number', HandlesCount: 'number', Handles: 'number[]' },
      reads: true,
      returns: ptStatusReturns,
    }),
    GetUserAclEntryEx: method({
      in: { Handle: 'number' },
      out: {
        DigestUsername: 'text',
        DigestPassword: 'bytes',
        KerberosUserSid: 'bytes',
        AccessPermission: 'number',
        Realms: 'number[]',
      },
      reads: true,
      returns: ptStatusReturns,
    }),
    UpdateUserAclEntryEx: method({
      in: {
        Handle: 'number',
        DigestUsername: 'text',
        DigestPassword: 'bytes',
        KerberosUserSid: 'bytes',
        AccessPermission: 'number',
        Realms: 'number[]',
      },
      optional: ['DigestUsername', 'DigestPassword', 'KerberosUserSid'],
      returns: ptStatusReturns,
    }),
    RemoveUserAclEntry: method({ in: { Handle: 'number' }, returns: ptStatusReturns }),
    SetAclEnabledState: method({ in: { Handle: 'number', Enabled: 'flag' }, returns: ptStatusReturns }),
    GetAclEnabledState: method({
      in: { Handle: 'number' },
      out: { Enabled: 'flag' },
      reads: true,
      returns: ptStatusReturns,
    }),
    SetAdminAclEntryEx: method({ in: { Username: 'text', DigestPassword: 'bytes' }, returns: ptStatusReturns }),
    GetAdminAclEntry: method({ out: { Username: 'text' }, reads: true, returns: ptStatusReturns }),
    GetAdminAclEntryStatus: method({ out: { IsDefault: 'flag' }, reads: true, returns: ptStatusReturns }),
    GetAdminNetAclEntryStatus: method({ out: { IsDefault: 'flag' }, reads: true, returns: ptStatusReturns }),
  },
});
