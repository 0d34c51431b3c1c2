import type { AmtAssets } from '../../../../src/ports/amt/assets.ts';
import type { ClassDefinition } from '../../model/class-definition.ts';
import type { Read } from '../../model/kinds.ts';
import type { Device } from '../device.ts';
import { ethernetPortClass } from '../settings/definitions.ts';
import { systemUuid } from '../system-uuid.ts';
import { orWhenMissing } from '../when-missing.ts';
import {
  biosClass,
  boardClass,
  chassisClass,
  chipClass,
  diskClass,
  firmwareClass,
  memoryClass,
  processorClass,
  systemPackageClass,
} from './definitions.ts';
import { jedecManufacturer } from './jedec.ts';

const text = (value: string | undefined): string | undefined => value?.trim() || undefined;

/** Without the properties that are undefined. */
function compact<T extends object>(values: T): { [Name in keyof T]: Exclude<T[Name], undefined> };
function compact(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The UUID in hex, as CIM_ComputerSystemPackage has it. */
function uuidOf(hex: string | undefined): string | undefined {
  return systemUuid(Buffer.from(hex?.trim() ?? '', 'hex')) ?? undefined;
}

/** `aa:bb:cc:dd:ee:ff`; undefined for a port without an address. */
function macText(given: string | undefined): string | undefined {
  const hex = given?.replace(/[^0-9a-fA-F]/g, '').toLowerCase() ?? '';
  return /^(?!0{12})[0-9a-f]{12}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : undefined;
}

/** Reads every asset class that the firmware has, one after the other. */
export async function readAssets(device: Device): Promise<AmtAssets> {
  async function all<D extends ClassDefinition>(definition: D): Promise<Read<D['fields']>[]> {
    return (await orWhenMissing(device.list(definition), [])).map((instance) => instance.values);
  }

  const [chassis] = await all(chassisClass);
  const [board] = await all(boardClass);
  const [bios] = await all(biosClass);
  const [systemPackage] = await all(systemPackageClass);
  const chips = await all(chipClass);
  const processors = await all(processorClass);
  const memory = await all(memoryClass);
  const disks = await all(diskClass);
  const firmware = await all(firmwareClass);
  const wired = { InstanceID: 'Intel(r) AMT Ethernet Port Settings 0' };
  const port = await orWhenMissing(device.get(ethernetPortClass, wired), null);

  const summary = compact({
    manufacturer: text(chassis?.Manufacturer) ?? text(board?.Manufacturer),
    model: text(chassis?.Model) ?? text(board?.Model),
    serialNumber: text(chassis?.SerialNumber),
    systemUuid: uuidOf(systemPackage?.PlatformGUID),
    mac: macText(port?.values.MACAddress),
    bios: bios && {
      vendor: text(bios.Manufacturer) ?? '',
      version: text(bios.Version) ?? '',
      releasedAt: bios.ReleaseDate?.slice(0, 10) ?? null,
    },
    board: board && {
      manufacturer: text(board.Manufacturer) ?? '',
      model: text(board.Model) ?? '',
      serialNumber: text(board.SerialNumber) ?? '',
    },
  });
  return {
    ...summary,
    processors: processors.map((processor) => ({
      // The name that people know stands on the chip with the same tag.
      name: text(chips.find((chip) => chip.Tag === processor.DeviceID)?.Version) ?? text(processor.DeviceID) ?? '',
      maxMegahertz: processor.MaxClockSpeed || null,
    })),
    memory: memory.map((module) => ({
      bank: text(module.BankLabel) ?? '',
      capacityBytes: Number(module.Capacity ?? 0n),
      megahertz: module.ConfiguredMemoryClockSpeed || module.MaxMemorySpeed || null,
      manufacturer: jedecManufacturer(text(module.Manufacturer) ?? ''),
    })),
    disks: disks.map((disk) => ({
      name: text(disk.DeviceID) ?? '',
      // CIM counts MaxMediaSize in units of 1,000 bytes.
      capacityBytes: disk.MaxMediaSize ? Number(disk.MaxMediaSize) * 1_000 : null,
    })),
    firmware: Object.fromEntries(
      firmware.flatMap(({ InstanceID, VersionString }) =>
        InstanceID === undefined || VersionString === undefined ? [] : [[InstanceID, VersionString] as const],
      ),
    ),
  };
}
