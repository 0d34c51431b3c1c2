import { serviceFields } from '../../model/bases.ts';
import { defineClass, method } from '../../model/class-definition.ts';
import { ptStatusReturns } from '../../model/return-values.ts';

/** Set-up and its end. */
export const setupServiceClass = defineClass('AMT_SetupAndConfigurationService', {
  fields: {
    ...serviceFields,
    ConfigurationServerFQDN: 'text',
    DhcpDNSSuffix: 'text',
    PasswordModel: 'number',
    ProvisioningMode: 'number',
    ProvisioningServerOTP: 'bytes',
    ProvisioningState: 'number',
    TrustedDNSSuffix: 'text',
    ZeroTouchConfigurationEnabled: 'flag',
  },
  methods: {
    CommitChanges: method({ returns: ptStatusReturns }),
  },
});
