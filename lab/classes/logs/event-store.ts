import type { Device } from '../../device.ts';
import { settle } from '../../power.ts';
import { perDevice } from '../per-device.ts';
import { deviceSeconds } from './audit-store.ts';

/** The event log of one device. */
interface EventStore {
  /** Oldest first, 21 bytes each. */
  records: Buffer[];
  isFrozen: boolean;
  /** Boots of the PC that are in the log. */
  bootsSeen: number;
  /** Wrong passwords since the last record of them. */
  failedLogins: number;
}

/** MaxNumberOfRecords and MaxRecordSize as recorded. `[capture]` */
export const eventLogSize = { records: 390, recordBytes: 21 } as const;

/** A record of failed logins tells of so many. `[capture]` */
const failuresPerRecord = 10;

/** What a record is made of. */
interface EventRecord {
  readonly atSeconds: number;
  readonly deviceAddress: number;
  readonly sensorType: number;
  readonly eventType: number;
  readonly eventOffset: number;
  readonly sourceType: number;
  readonly severity: number;
  readonly sensorNumber: number;
  readonly entity: number;
  readonly entityInstance: number;
  readonly data: readonly number[];
}

/** Little-endian time, nine bytes, eight bytes of data. `[capture]` */
function encode(record: EventRecord): Buffer {
  const bytes = Buffer.alloc(eventLogSize.recordBytes);
  bytes.writeUInt32LE(record.atSeconds, 0);
  bytes.set(
    [
      record.deviceAddress,
      record.sensorType,
      record.eventType,
      record.eventOffset,
      record.sourceType,
      record.severity,
      record.sensorNumber,
      record.entity,
      record.entityInstance,
      ...record.data,
    ],
    4,
  );
  return bytes;
}

/**
 * Firmware progress, told by the BIOS: recorded with code 7, PCI resource configuration `[capture]`. 19 is the start
 * of the operating system: the guide's table of progress codes `[guide]`.
 */
const progress = (atSeconds: number, code: number): Buffer =>
  encode({
    atSeconds,
    deviceAddress: 0xff,
    sensorType: 15,
    eventType: 0x6f,
    eventOffset: 2,
    sourceType: 0x68,
    severity: 1,
    sensorNumber: 0xff,
    entity: 34,
    entityInstance: 0,
    data: [0x40, code],
  });

/** A series of wrong passwords. `[capture]` */
const authenticationFailure = (atSeconds: number, times: number): Buffer =>
  encode({
    atSeconds,
    deviceAddress: 0xff,
    sensorType: 6,
    eventType: 0x6f,
    eventOffset: 5,
    sourceType: 0x68,
    severity: 0x10,
    sensorNumber: 0xff,
    entity: 38,
    entityInstance: 97,
    data: [0xaa, times & 0xff, times >> 8],
  });

/** The alarm clock woke the PC. That there is such a record: guide; what is in it: `[guess]` */
const alarmWake = (atSeconds: number): Buffer =>
  encode({
    atSeconds,
    deviceAddress: 0xff,
    sensorType: 36,
    eventType: 0x6f,
    eventOffset: 0,
    sourceType: 0x68,
    severity: 1,
    sensorNumber: 0xff,
    entity: 38,
    entityInstance: 0,
    data: [0x40, 0x23],
  });

const pciConfiguration = 7;
const operatingSystem = 19;

const store = perDevice<EventStore>((device) => {
  const lastBoot = Math.floor(device.bornMs / 1000) - 6 * 86_400;
  return {
    records: [progress(lastBoot, pciConfiguration), progress(lastBoot + 9, operatingSystem)],
    isFrozen: false,
    bootsSeen: 0,
    failedLogins: 0,
  };
});

/** The event log, the boots since the last look in it. */
export function eventStore(device: Device, nowMs: number): EventStore {
  const events = store(device);
  const { power } = device;
  settle(power, nowMs);
  const unseen = power.boots - events.bootsSeen;
  events.bootsSeen = power.boots;
  for (const { atMs, cause } of unseen > 0 ? power.bootLog.slice(-unseen) : []) {
    const atSeconds = deviceSeconds(device, atMs);
    if (cause === 'alarm') append(events, alarmWake(atSeconds));
    append(events, progress(atSeconds, pciConfiguration), progress(atSeconds + 9, operatingSystem));
  }
  return events;
}

/** The oldest ones are overwritten. OverwritePolicy 2. `[capture]` */
function append(events: EventStore, ...records: readonly Buffer[]): void {
  if (events.isFrozen) return;
  events.records.push(...records);
  if (events.records.length > eventLogSize.records)
    events.records.splice(0, events.records.length - eventLogSize.records);
}

/** Counts a wrong password; a series of them becomes a record. */
export function noteAuthenticationFailure(device: Device, nowMs: number): void {
  const events = eventStore(device, nowMs);
  events.failedLogins += 1;
  if (events.failedLogins < failuresPerRecord) return;
  append(events, authenticationFailure(deviceSeconds(device, nowMs), events.failedLogins));
  events.failedLogins = 0;
}
