import { type Directory, DirectoryError } from '../ports/directory.ts';

/** A PC that was given an object in a domain. */
export interface KnownObject {
  /** Name in the inventory. */
  readonly pc: string;
  readonly fqdn: string;
  /** Name of the domain in the configuration. */
  readonly domain: string;
}

/**
 * The PCs whose object is not in its domain's unit any more: nobody gets a ticket for them. Each unit is read page by page. Null when one
 * can't be read, or its domain is not configured any more; who looks at the domain itself says why.
 */
export async function missingObjects(
  known: readonly KnownObject[],
  directories: readonly Pick<Directory, 'name' | 'unit' | 'devices'>[],
): Promise<readonly string[] | null> {
  const missing: string[] = [];
  for (const [domain, own] of Map.groupBy(known, (each) => each.domain)) {
    const directory = directories.find(({ name }) => name === domain);
    const there = directory ? await namesIn(directory) : null;
    if (!there) return null;
    missing.push(...own.flatMap(({ pc, fqdn }) => (there.has(fqdn.toLowerCase()) ? [] : [pc])));
  }
  return missing;
}

/** DNS names of all objects in the unit, in small letters; null when it can't be read. */
async function namesIn({ unit, devices }: Pick<Directory, 'unit' | 'devices'>): Promise<ReadonlySet<string> | null> {
  const names = new Set<string>();
  try {
    for await (const page of devices.computers(unit.dn))
      for (const { fqdn } of page) if (fqdn !== null) names.add(fqdn.toLowerCase());
    return names;
  } catch (error) {
    if (error instanceof DirectoryError) return null;
    throw error;
  }
}
