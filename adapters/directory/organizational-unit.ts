import { randomBytes } from 'node:crypto';
import { Attribute, Change, type Client } from 'ldapts';
import type { OrganizationalUnit, ProbeResult } from '../../src/ports/directory/organizational-unit.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import { DirectoryError, type DirectoryFacts } from '../../src/ports/directory.ts';
import { controlOf, grantFullControl } from './access/full-control.ts';
import { readDescriptor, writeDescriptor } from './access/security-descriptor.ts';
import { accountControl, computerClasses, passwordValue } from './computer-attributes.ts';
import type { Connection } from './protocol/connection.ts';
import { DescriptorPartsControl, descriptorParts } from './protocol/controls.ts';
import { binary, texts, whole } from './protocol/entries.ts';

const { owner, group, accessList } = descriptorParts;

/** The unit for device objects of one domain. */
export function createUnit(
  connection: Connection,
  dn: string,
  facts: () => Promise<DirectoryFacts>,
): OrganizationalUnit {
  const base = async (attributes: string[], control?: DescriptorPartsControl) => {
    const { searchEntries, searchReferences } = await connection.read((client) =>
      client.search(dn, { scope: 'base', attributes, explicitBufferAttributes: ['nTSecurityDescriptor'] }, control),
    );
    const entry = searchEntries[0];
    if (!entry && searchReferences.length > 0)
      throw new DirectoryError('directory_referral', searchReferences.slice(0, 3));
    if (!entry) throw new DirectoryError('directory_not_found', [dn]);
    return entry;
  };
  const descriptor = async () =>
    readDescriptor(
      binary(
        await base(['nTSecurityDescriptor'], new DescriptorPartsControl(owner | group | accessList)),
        'nTSecurityDescriptor',
      ),
    );

  return {
    dn,
    async exists() {
      try {
        await base(['1.1']);
        return true;
      } catch (error) {
        if (error instanceof DirectoryError && error.code === 'directory_not_found') return false;
        throw error;
      }
    },
    async create() {
      if (await this.exists()) return false;
      // A container (CN=) in its place would do as well, and a person may have made one; we make the usual kind.
      if (!/^OU=/i.test(dn)) throw new DirectoryError('directory_name_unfit', [`${dn} does not begin with OU=`]);
      try {
        await connection.change((client) =>
          client.add(dn, { objectClass: ['top', 'organizationalUnit'], description: 'Intel AMT device objects' }),
        );
        return true;
      } catch (error) {
        if (error instanceof DirectoryError && error.code === 'directory_already_exists') return false;
        throw error;
      }
    },
    async granted() {
      return controlOf(await descriptor(), (await facts()).sids);
    },
    async effective() {
      const entry = await base(['allowedChildClassesEffective', 'sDRightsEffective']);
      return {
        createComputers: texts(entry, 'allowedChildClassesEffective').includes('computer'),
        descriptorRights: whole(entry, 'sDRightsEffective') ?? 0,
      };
    },
    probe: () => probe(connection, dn, facts),
    async delegate(sid) {
      const granted = grantFullControl(await descriptor(), sid);
      if (!granted) return false;
      const change = new Change({
        operation: 'replace',
        modification: new Attribute({
          type: 'nTSecurityDescriptor',
          values: [writeDescriptor({ ...granted, owner: null, group: null, auditList: null })],
        }),
      });
      await connection.change((client) => client.modify(dn, change, new DescriptorPartsControl(accessList)));
      return true;
    },
  };
}

/** Makes, changes and deletes a disabled computer object. What goes wrong is told, not thrown, unless nothing could be asked. */
async function probe(connection: Connection, unit: string, facts: () => Promise<DirectoryFacts>): Promise<ProbeResult> {
  const name = `oobprobe-${randomBytes(3).toString('hex')}`;
  const fqdn = `${name}.${(await facts()).realm.toLowerCase()}`;
  const dn = `CN=${name},${unit}`;
  const replace = (type: string, value: string | Buffer) =>
    new Change({
      operation: 'replace',
      modification: new Attribute({ type, values: typeof value === 'string' ? [value] : [value] }),
    });
  const steps: readonly (readonly [NonNullable<ProbeResult['failedStep']>, (client: Client) => Promise<void>])[] = [
    [
      'create',
      (client) =>
        client.add(dn, {
          objectClass: [...computerClasses],
          sAMAccountName: `${name}$`,
          dNSHostName: fqdn,
          userAccountControl: String(accountControl.workstation | accountControl.disabled),
        }),
    ],
    ['change', (client) => client.modify(dn, replace('servicePrincipalName', `HTTP/${fqdn}:16993`))],
    ['reset-password', (client) => client.modify(dn, replace('unicodePwd', passwordValue(newDevicePassword())))],
    ['delete', (client) => client.del(dn)],
  ];
  for (const [step, work] of steps) {
    try {
      await connection.change(work);
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      const evidence = [error.code, ...error.evidence];
      const there = step !== 'create' || error.mayHaveActed;
      return { failedStep: step, evidence, leftBehind: there && !(await removed(connection, dn)) ? dn : null };
    }
  }
  return { failedStep: null, evidence: [], leftBehind: null };
}

async function removed(connection: Connection, dn: string): Promise<boolean> {
  try {
    await connection.change((client) => client.del(dn));
    return true;
  } catch (error) {
    return error instanceof DirectoryError && error.code === 'directory_not_found';
  }
}
