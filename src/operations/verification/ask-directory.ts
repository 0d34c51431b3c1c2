import { plainDnsName } from '../../inventory/dns-name.ts';
import { type Directory, DirectoryError } from '../../ports/directory.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { DirectoryFinding } from '../../verification/evidence.ts';

/** What asking Active Directory about a PC needs. */
export interface DirectoryDeps {
  /** The domain that holds the name; null when none is configured for it. */
  readonly directoryOf: (fqdn: string) => Promise<Pick<Directory, 'name' | 'devices'> | null>;
  /** When this service set the password of the PC's object; null when it never did. */
  readonly directoryPasswordSetAt: (deviceId: string) => Promise<Date | null>;
}

/**
 * Asks the domain for the PC's object, and the forest for who has its principal names. The key version of AMT is not asked for here: it
 * stays undefined. A domain that does not answer is a finding.
 */
export async function askDirectory(
  { id, fqdn }: Pick<Device, 'id' | 'fqdn'>,
  { directoryOf, directoryPasswordSetAt }: DirectoryDeps,
): Promise<DirectoryFinding> {
  if (fqdn === null) return { kind: 'none' };
  const name = plainDnsName(fqdn);
  let domain = name.slice(name.indexOf('.') + 1);
  try {
    const directory = await directoryOf(name);
    if (directory === null) return { kind: 'none' };
    const { devices } = directory;
    domain = directory.name;
    const [object, holders, setByUsAt] = await Promise.all([
      devices.find({ by: 'fqdn', fqdn: name }),
      devices.holders(devices.names(name).servicePrincipals),
      directoryPasswordSetAt(id),
    ]);
    return { kind: 'asked', domain, object, holders, keyVersion: undefined, setByUsAt };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    return { kind: 'failed', domain, code: error.code, evidence: error.evidence };
  }
}
