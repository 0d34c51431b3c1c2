import { AndFilter, Change, type Entry, EqualityFilter, type Filter, OrFilter } from 'ldapts';
import type {
  DeviceObject,
  DeviceObjectInput,
  DeviceObjectKey,
  DeviceObjects,
  KeyedDeviceObject,
} from '../../src/ports/directory/device-objects.ts';
import { devicePasswordProblem } from '../../src/ports/directory/password.ts';
import { DirectoryError, type DirectoryFacts } from '../../src/ports/directory.ts';
import { guidBytes, guidText } from './access/security-descriptor.ts';
import { sidText } from './access/sid.ts';
import { accountControl, attribute, computerClasses, encryptionTypes, passwordValue } from './computer-attributes.ts';
import { listComputers } from './computers.ts';
import { aesKey, computerSalt, keyIterations, rc4Key } from './keys/kerberos-keys.ts';
import { fullDnsName, liesIn, objectName, servicePrincipalsOf } from './names.ts';
import type { Connection } from './protocol/connection.ts';
import { binaries, binary, binaryAttributes, fileTime, text, texts, whole } from './protocol/entries.ts';

/** What the objects of one domain are reached through. */
interface Reach {
  readonly connection: Connection;
  /** Opened only to look for principal names forest-wide. */
  readonly globalCatalog: Connection;
  readonly unit: string;
  readonly facts: () => Promise<DirectoryFacts>;
}

const shown = [
  'sAMAccountName',
  'dNSHostName',
  'netbootGUID',
  'servicePrincipalName',
  'objectSid',
  'msDS-KeyVersionNumber',
  'pwdLastSet',
];

/** Principal names in one question; filters of a few kilobytes are taken everywhere. */
const principalsAtOnce = 60;

/** The device objects of one domain. */
export function createDeviceObjects({ connection, globalCatalog, unit, facts }: Reach): DeviceObjects {
  const at = async (dn: string): Promise<DeviceObject | null> => {
    try {
      const options = { scope: 'base', attributes: shown, explicitBufferAttributes: binaryAttributes } as const;
      const { searchEntries } = await connection.read((client) => client.search(dn, options));
      return searchEntries[0] ? objectOf(searchEntries[0]) : null;
    } catch (error) {
      if (error instanceof DirectoryError && error.code === 'directory_not_found') return null;
      throw error;
    }
  };
  const own = (dn: string) => {
    if (!liesIn(dn, unit)) throw new DirectoryError('directory_not_ours', [dn, `our unit is ${unit}`]);
  };
  const keyed = async (dn: string, password: string): Promise<KeyedDeviceObject> => {
    const object = await at(dn);
    if (!object) throw new DirectoryError('directory_not_found', [dn]);
    const { realm } = await facts();
    const salt = computerSalt(realm, object.accountName);
    const [aes256, aes128] = await Promise.all([aesKey(password, salt, 256), aesKey(password, salt, 128)]);
    const { keyVersion } = object;
    const rc4 = rc4Key(password);
    return { object, keys: { realm, keyVersion, salt, iterations: keyIterations, aes256, aes128, rc4 } };
  };
  const replace = (dn: string, attributes: ReturnType<typeof attributesOf>) =>
    connection.change((client) =>
      client.modify(
        dn,
        attributes.map((modification) => new Change({ operation: 'replace', modification })),
      ),
    );

  return {
    names(given) {
      const fqdn = fullDnsName(given);
      return { accountName: `${objectName(fqdn)}$`, servicePrincipals: servicePrincipalsOf(fqdn) };
    },
    async put(input, password) {
      strong(password);
      const fqdn = fullDnsName(input.fqdn);
      const name = objectName(fqdn);
      const dn = `CN=${name},${unit}`;
      const attributes = attributesOf({ ...input, fqdn }, password);
      try {
        const identity = [attribute('objectClass', computerClasses), attribute('sAMAccountName', [`${name}$`])];
        await connection.change((client) => client.add(dn, [...identity, ...attributes]));
        return { ...(await keyed(dn, password)), created: true };
      } catch (error) {
        if (!(error instanceof DirectoryError) || error.code !== 'directory_already_exists') throw error;
        const there = await at(dn);
        // The account name is taken by an object somewhere else in the domain.
        if (!there) throw error;
        if (there.fqdn?.toLowerCase() !== fqdn)
          throw new DirectoryError('directory_not_ours', [dn, `its DNS name is ${there.fqdn ?? 'not set'}`]);
        await replace(dn, attributes);
        return { ...(await keyed(dn, password)), created: false };
      }
    },
    async rotate(dn, password) {
      strong(password);
      own(dn);
      await replace(dn, [attribute('unicodePwd', passwordValue(password))]);
      return keyed(dn, password);
    },
    keys: keyed,
    async find(key) {
      const { searchEntries } = await connection.read((client) =>
        client.search(unit, {
          scope: 'sub',
          filter: new AndFilter({ filters: [equal('objectClass', 'computer'), filterOf(key)] }),
          attributes: shown,
          explicitBufferAttributes: binaryAttributes,
        }),
      );
      const found = searchEntries.map(objectOf);
      if (found.length > 1)
        throw new DirectoryError(
          'directory_ambiguous',
          found.map(({ dn }) => dn),
        );
      return found[0] ?? null;
    },
    async remove(dn) {
      own(dn);
      try {
        await connection.change((client) => client.del(dn));
        return true;
      } catch (error) {
        if (error instanceof DirectoryError && error.code === 'directory_not_found') return false;
        throw error;
      }
    },
    async holders(servicePrincipals) {
      const owners = new Map(servicePrincipals.map((name) => [name.toLowerCase(), new Set<string>()]));
      for (let start = 0; start < servicePrincipals.length; start += principalsAtOnce) {
        const names = servicePrincipals.slice(start, start + principalsAtOnce);
        const { searchEntries } = await globalCatalog.read((client) =>
          client.search('', {
            scope: 'sub',
            filter: new OrFilter({ filters: names.map((name) => equal('servicePrincipalName', name)) }),
            attributes: ['servicePrincipalName'],
            paged: { pageSize: 500 },
          }),
        );
        for (const entry of searchEntries)
          for (const name of texts(entry, 'servicePrincipalName')) owners.get(name.toLowerCase())?.add(entry.dn);
      }
      return servicePrincipals.map((servicePrincipal) => ({
        servicePrincipal,
        objects: [...(owners.get(servicePrincipal.toLowerCase()) ?? [])],
      }));
    },
    computers: (container) => listComputers(connection, container),
  };
}

function strong(password: string): void {
  const problem = devicePasswordProblem(password);
  if (problem !== null) throw new DirectoryError('directory_password_weak', [problem]);
}

function attributesOf({ fqdn, uuid, encryptions }: DeviceObjectInput, password: string) {
  const guid = uuid === null ? null : guidBytes(uuid);
  if (uuid !== null && !guid) throw new DirectoryError('directory_name_unfit', ['that is no UUID']);
  return [
    attribute('userAccountControl', [String(accountControl.workstation | accountControl.passwordNeverExpires)]),
    attribute('dNSHostName', [fqdn]),
    attribute('servicePrincipalName', servicePrincipalsOf(fqdn)),
    attribute('msDS-SupportedEncryptionTypes', [encryptionTypes(encryptions)]),
    ...(guid ? [attribute('netbootGUID', guid)] : []),
    attribute('unicodePwd', passwordValue(password)),
  ];
}

const equal = (name: string, value: string | Buffer) => new EqualityFilter({ attribute: name, value });

function filterOf(key: DeviceObjectKey): Filter {
  switch (key.by) {
    case 'fqdn':
      return equal('dNSHostName', fullDnsName(key.fqdn));
    case 'servicePrincipal':
      return equal('servicePrincipalName', key.name);
    case 'uuid': {
      const guid = guidBytes(key.uuid);
      if (!guid) throw new DirectoryError('directory_name_unfit', ['that is no UUID']);
      return equal('netbootGUID', guid);
    }
  }
}

function objectOf(entry: Entry): DeviceObject {
  const guid = binaries(entry, 'netbootGUID')[0];
  return {
    dn: entry.dn,
    accountName: text(entry, 'sAMAccountName') ?? '',
    fqdn: text(entry, 'dNSHostName'),
    uuid: guid?.length === 16 ? guidText(guid) : null,
    servicePrincipals: texts(entry, 'servicePrincipalName'),
    sid: sidText(binary(entry, 'objectSid')),
    keyVersion: whole(entry, 'msDS-KeyVersionNumber') ?? 0,
    passwordSetAt: fileTime(text(entry, 'pwdLastSet')),
  };
}
