import type {
  AmtKerberos,
  KerberosEncryption,
  KerberosSettings,
  KerberosState,
} from '../../../../src/ports/amt/kerberos.ts';
import { kerberosEncryptions } from '../../../../src/ports/amt/kerberos.ts';
import { refuseInput } from '../../errors.ts';
import type { Device } from '../device.ts';
import { kerberosClass } from './definitions.ts';

/** The blank before (r) is Intel's own. */
const theSettings = { InstanceID: 'Intel (r) AMT: Kerberos Settings' };
const rc4 = 0;
const masterKeyBytes = 16;
const maxToleranceMinutes = 5;
const maxPrincipals = 4;
/** ServicePrincipalProtocol: HTTP. The firmware keeps the four and uses none (Intel AMT guide, "Get/Set Kerberos Settings"). */
const httpProtocol = 0;

const encryptionsOf = (numbers: readonly number[] = []): KerberosEncryption[] =>
  numbers.map((number) => kerberosEncryptions[number]).filter((name) => name !== undefined);

const refuse = (why: string): never => refuseInput('Kerberos can not be set', why);

function check({ realm, key, clockToleranceMinutes, servicePrincipals }: KerberosSettings): void {
  if (realm === '') refuse('the realm is missing');
  if (!(clockToleranceMinutes >= 1 && clockToleranceMinutes <= maxToleranceMinutes)) {
    refuse(`clocks may differ by 1 to ${maxToleranceMinutes} minutes`);
  }
  if (servicePrincipals.length > maxPrincipals) refuse(`there may be ${maxPrincipals} service principals at most`);
  if (key.kind === 'master-key' && key.key.length !== masterKeyBytes)
    refuse(`a master key has ${masterKeyBytes} bytes`);
  if (key.kind === 'passphrase' && key.encryptions.length === 0) refuse('no encryption is chosen');
}

function keyFields({ key }: KerberosSettings) {
  if (key.kind === 'master-key') return { EncryptionAlgorithm: rc4, MasterKey: key.key };
  return {
    Passphrase: key.passphrase,
    Salt: key.salt,
    IterationCount: key.iterations,
    ConfiguredEncryptionAlgorithms: key.encryptions.map((name) => kerberosEncryptions.indexOf(name)),
  };
}

/** Kerberos settings of the device. */
export function createKerberos(device: Device): AmtKerberos {
  async function read(): Promise<KerberosState> {
    const { values } = await device.get(kerberosClass, theSettings);
    return {
      enabled: values.KrbEnabled ?? false,
      realm: values.RealmName || null,
      keyVersion: values.KeyVersion ?? null,
      clockToleranceMinutes: values.MaximumClockTolerance ?? null,
      supported: encryptionsOf(values.SupportedEncryptionAlgorithms),
      configured: encryptionsOf(values.ConfiguredEncryptionAlgorithms),
    };
  }

  async function enable(settings: KerberosSettings): Promise<void> {
    check(settings);
    if (settings.key.kind === 'passphrase') {
      const missing = await device.lacks('AMT_KerberosSettingData', 'Passphrase');
      if (missing !== null) throw missing;
    }
    const before = await device.get(kerberosClass, theSettings);
    await device.put(
      kerberosClass,
      before,
      {
        RealmName: settings.realm,
        ServicePrincipalName: settings.servicePrincipals,
        ServicePrincipalProtocol: settings.servicePrincipals.map(() => httpProtocol),
        KeyVersion: settings.keyVersion,
        MaximumClockTolerance: settings.clockToleranceMinutes,
        KrbEnabled: true,
        ...keyFields(settings),
      },
      theSettings,
    );
  }

  return {
    read: () => device.task(read),
    enable: (settings) => device.task(() => enable(settings)),
    disable: () =>
      device.task(async () => {
        const before = await device.get(kerberosClass, theSettings);
        await device.put(kerberosClass, before, { KrbEnabled: false }, theSettings);
      }),
  };
}
