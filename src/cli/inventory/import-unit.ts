import { type ImportedComputer, readUnit } from '../../directory/import-computers.ts';
import { readDnsName, readName } from '../../inventory/cells.ts';
import { type Directory, DirectoryError } from '../../ports/directory.ts';
import type { Device, DeviceInput, ImportResult, InventoryStore } from '../../ports/store/inventory-store.ts';
import { sentenceOf } from '../directory.ts';

/** One import from a unit of Active Directory. */
export interface UnitImport {
  /** Distinguished name of the unit; units in it count too. */
  readonly unit: string;
  /** The domain that it lies in; null when the configuration names none such. */
  readonly directory: Directory | null;
  readonly inventory: Pick<InventoryStore, 'select' | 'devices'>;
  /** For PCs that are new: their site and the name of their credential. */
  readonly fresh: { readonly site: string; readonly credential: string };
  readonly importDevices: (devices: readonly DeviceInput[]) => Promise<ImportResult>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Imports the computers of a unit and says what it did. PCs that the inventory knows keep all they have and get their unit recorded;
 * the others are added, to be reached by their DNS names. Resolves to the exit code: 0 all computers, 1 some left out, 2 nothing
 * imported. Rejects when the store does.
 */
export async function runUnitImport(options: UnitImport): Promise<number> {
  const { unit, directory, out, err } = options;
  if (!directory) {
    err(`${unit} lies in no domain under directory.domains.`);
    return 2;
  }
  try {
    const { computers, left } = await readUnit(directory, unit);
    const known = await knownDevices(options.inventory);
    const devices: DeviceInput[] = [];
    const leave = (dn: string, reason: string) => err(`${dn}: left out, ${reason}`);
    for (const { dn, reason } of left) leave(dn, reason);
    let odd = 0;
    for (const computer of computers) {
      const name = readName(computer.name);
      const fqdn = readDnsName(computer.fqdn, 2);
      const problem = name.ok ? (fqdn.ok ? null : fqdn.problem) : name.problem;
      if (problem === null) devices.push(inputOf(computer, known.get(computer.name.toLowerCase()), options.fresh));
      else {
        odd += 1;
        leave(`${computer.name} in ${computer.unit}`, problem);
      }
    }
    if (devices.length === 0) {
      err(`No computer of ${unit} can be imported.`);
      return 2;
    }
    const { added, changed, unchanged } = await options.importDevices(devices);
    const skipped = left.length + odd > 0 ? `, ${left.length + odd} left out` : '';
    out(`${devices.length} devices: ${added} added, ${changed} changed, ${unchanged} unchanged${skipped}.`);
    return skipped === '' ? 0 : 1;
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    err(`${sentenceOf(error)}\nNothing was imported.`);
    return 2;
  }
}

async function knownDevices(inventory: UnitImport['inventory']): Promise<ReadonlyMap<string, Device>> {
  const all = await inventory.select({ kind: 'all' });
  const devices = await inventory.devices(all.map(({ id }) => id));
  return new Map(devices.map((device) => [device.name.toLowerCase(), device]));
}

function inputOf(
  { name, fqdn, unit }: ImportedComputer,
  known: Device | undefined,
  fresh: UnitImport['fresh'],
): DeviceInput {
  if (known) {
    const { id: _id, powerState: _power, amtVersion: _version, seenAt: _seen, ...kept } = known;
    return { ...kept, ou: unit };
  }
  const unset = { port: null, mac: null, groups: [], certificateFingerprint: null } as const;
  return { name, fqdn, host: fqdn, tls: 'ca', ...unset, ...fresh, ou: unit };
}
