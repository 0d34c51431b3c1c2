import type { ClassContext } from '../class-definition.ts';
import { booleanArgument } from '../class-definition.ts';
import { refusedByAudit } from '../logs/audit.ts';
import { perDevice } from '../per-device.ts';
import { createWritable, type Values } from '../writable.ts';

/** PT_STATUS_INVALID_PARAMETER for settings that do not fit together. `[guess]` */
const invalidParameter = 36;

const masterKeyBytes = 16;
const mostPrincipals = 4;
const longestRealm = 48;

const credentialCache = perDevice<{ isEnabled: boolean }>(() => ({ isEnabled: false }));

/**
 * Kerberos. Properties, order and the name with its blank as recorded `[capture]`; what may be put: intel/lms CIM
 * classes `[class model]`. The keys are kept and never shown; that they log anybody in is not simulated.
 */
export const kerberosSettingData = createWritable({
  name: 'AMT_KerberosSettingData',
  keys: ['InstanceID'],
  initial: ({ device }) => [
    {
      ElementName: 'Intel(r) AMT: Kerberos Settings',
      InstanceID: 'Intel (r) AMT: Kerberos Settings',
      KrbEnabled: false,
      // 0 RC4-HMAC; the AES ones from AMT 8 on. [guide]
      SupportedEncryptionAlgorithms: device.persona.generation >= 8 ? [0, 1, 2] : [0],
    },
  ],
  schema:
    'InstanceID:string= ElementName:string= RealmName:string ServicePrincipalName:string[] ' +
    'ServicePrincipalProtocol:uint16[] KeyVersion:uint32 EncryptionAlgorithm:uint16 MasterKey:base64* ' +
    'MaximumClockTolerance:uint32 KrbEnabled:boolean! Passphrase:string* Salt:string IterationCount:uint32 ' +
    'SupportedEncryptionAlgorithms:uint16[]= ConfiguredEncryptionAlgorithms:uint16[]',
  writing,
  methods: {
    GetCredentialCacheState: {
      input: '',
      since: 6,
      invoke: ({ device }) => ({
        properties: [
          ['Enabled', credentialCache(device).isEnabled],
          ['ReturnValue', 0],
        ],
      }),
    },
    SetCredentialCacheState: {
      input: 'Enable:boolean!',
      since: 6,
      writes: true,
      invoke({ device }, given) {
        credentialCache(device).isEnabled = booleanArgument(given, 'Enable') ?? false;
        return 0;
      },
    },
  },
});

const countOf = (values: Values, name: string): number => {
  const value = values.get(name);
  return Array.isArray(value) ? value.length : 0;
};

function writing(context: ClassContext, after: Values, before: Values): number | undefined {
  const isNew = (name: string) => after.has(name) && after.get(name) !== before.get(name);
  const principals = countOf(after, 'ServicePrincipalName');
  const key = String(after.get('MasterKey') ?? '');
  const tolerance = Number(after.get('MaximumClockTolerance') ?? 5);
  if (principals !== countOf(after, 'ServicePrincipalProtocol') || principals > mostPrincipals) return invalidParameter;
  if (String(after.get('RealmName') ?? '').length > longestRealm || tolerance < 1 || tolerance > 5) {
    return invalidParameter;
  }
  if (isNew('MasterKey') && Buffer.from(key, 'base64').length !== masterKeyBytes) return invalidParameter;
  // Either a key or what a key is made of. [class model]
  if (isNew('MasterKey') && isNew('Passphrase')) return invalidParameter;
  if (isNew('Passphrase') && !(after.has('Salt') && after.has('IterationCount'))) return invalidParameter;
  if (isNew('Passphrase') && context.device.persona.generation < 8) return invalidParameter;
  const hasNewKey = isNew('MasterKey') || isNew('Passphrase');
  return (
    refusedByAudit(context, 1613, Buffer.from([tolerance])) ?? (hasNewKey ? refusedByAudit(context, 1614) : undefined)
  );
}
