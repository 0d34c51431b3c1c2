import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { readInventory } from '../../src/cli/inventory-import.ts';
import type { DeviceInput } from '../../src/ports/store/inventory-store.ts';

const fleetSchema: z.ZodType<readonly DeviceInput[]> = z.array(
  z.object({
    name: z.string(),
    fqdn: z.string().nullable(),
    host: z.string(),
    port: z.number().nullable(),
    mac: z.string().nullable(),
    site: z.string(),
    groups: z.array(z.string()),
    tls: z.enum(['ca', 'pinned', 'legacy', 'none']),
    certificateFingerprint: z.string().nullable(),
    credential: z.string(),
  }),
);

/** Reads a fleet's CSV once, so that the reader of CSV weighs on nobody's memory. `prefix` goes before the names. */
export async function writeFleet(inventoryFile: string, prefix: string, fleetFile: string): Promise<void> {
  const devices = readInventory(await readFile(inventoryFile, 'utf8'));
  await writeFile(fleetFile, JSON.stringify(devices.map((device) => ({ ...device, name: `${prefix}${device.name}` }))));
}

/** Joins fleets to one. */
export async function joinFleets(parts: readonly string[], fleetFile: string): Promise<void> {
  const fleets = await Promise.all(parts.map(readFleet));
  await writeFile(fleetFile, JSON.stringify(fleets.flat()));
}

/** The fleet, as an inventory has it. */
export async function readFleet(fleetFile: string): Promise<readonly DeviceInput[]> {
  return fleetSchema.parse(JSON.parse(await readFile(fleetFile, 'utf8')));
}
