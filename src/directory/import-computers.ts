import type { DirectoryComputer } from '../ports/directory/device-objects.ts';
import type { Directory } from '../ports/directory.ts';

/** Computers of a unit, sorted into those that an inventory takes and those that it does not, with the reason. */
export interface UnitComputers {
  readonly computers: readonly ImportedComputer[];
  readonly left: readonly { readonly dn: string; readonly reason: string }[];
  readonly pages: number;
}

/** A computer that has all that an inventory needs. */
export interface ImportedComputer {
  readonly name: string;
  readonly fqdn: string;
  /** Distinguished name of the unit it lies in. */
  readonly unit: string;
}

/**
 * Reads all computers below the unit. Left out: those without a DNS name, disabled ones, device objects of our own, and all but
 * the first of a name. Rejects with DirectoryError; nothing is to be taken over then.
 */
export async function readUnit(directory: Directory, unit: string): Promise<UnitComputers> {
  const computers = new Map<string, ImportedComputer>();
  const left: { dn: string; reason: string }[] = [];
  let pages = 0;
  for await (const page of directory.devices.computers(unit)) {
    pages += 1;
    for (const computer of page) {
      const { dn, name, fqdn } = computer;
      const reason = reasonAgainst(computer, directory.unit.dn);
      if (reason !== null || fqdn === null) left.push({ dn, reason: reason ?? 'it has no DNS name' });
      else if (computers.has(name.toLowerCase())) left.push({ dn, reason: 'another computer has its name' });
      else computers.set(name.toLowerCase(), { name, fqdn, unit: computer.unit });
    }
  }
  return { computers: [...computers.values()], left, pages };
}

function reasonAgainst({ enabled, fqdn, unit }: DirectoryComputer, deviceUnit: string): string | null {
  if (unit.toLowerCase() === deviceUnit.replaceAll(/,\s+/g, ',').toLowerCase())
    return 'it is a device object of this service';
  if (!enabled) return 'it is disabled';
  return fqdn === null ? 'it has no DNS name' : null;
}
