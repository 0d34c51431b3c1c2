import type { EventRecord } from '../../../../src/ports/amt/event-log.ts';
import { entities, firmwareErrors, firmwareProgress, sensorTypes } from './event-words.ts';

/** Length of one record. */
export const eventBytes = 21;

const severities: Readonly<Record<number, EventRecord['severity']>> = {
  0: 'unspecified',
  1: 'monitor',
  2: 'information',
  4: 'ok',
  8: 'non-critical',
  16: 'critical',
  32: 'non-recoverable',
};

interface Event {
  readonly sensorType: number;
  readonly offset: number;
  readonly data: Buffer;
}

const sensor = {
  chassis: 5,
  authentication: 6,
  firmware: 15,
  system: 18,
  watchdog: 35,
  filter: 36,
  intel: 192,
} as const;
/** Sensor types whose events all mean one thing. */
const plainEvents: Readonly<Record<number, string>> = {
  30: 'No bootable media',
  32: 'Operating system locked up or lost its power',
  37: 'System firmware started',
};
/** First data byte of a watchdog's event: the self test took too long. */
const selfTestWatchdog = 0x40;
/** First data byte of events that Intel defines itself. */
const intelEvent = 0xaa;
const redirectionEvents = [
  'Serial-over-LAN session started',
  'Serial-over-LAN session ended',
  'Storage redirection session started',
  'Storage redirection session ended',
];
const watchdogStates: Readonly<Record<number, string>> = {
  1: 'not started',
  2: 'stopped',
  4: 'running',
  8: 'expired',
  16: 'suspended',
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What nothing better is known for: all the numbers. */
function inNumbers({ sensorType, offset, data }: Event): string {
  const name = sensorTypes[sensorType];
  return `${name === undefined ? `sensor type ${sensorType}` : name}, offset ${offset}, data ${hex(data)}`;
}

function firmwareEvent(event: Event): string {
  const { offset, data } = event;
  const [first = 0, second = 0] = data;
  const progress = firmwareProgress[second];
  if (first !== 0xeb && offset === 0) return firmwareErrors[second] ?? inNumbers(event);
  if (first !== 0xeb && offset === 1 && progress !== undefined) return `Firmware hangs: ${progress}`;
  if (first !== 0xeb && offset === 2 && progress !== undefined) return `Firmware progress: ${progress}`;
  return inNumbers(event);
}

function inWords(event: Event): string {
  const { sensorType, offset, data } = event;
  const [first = 0, second = 0, third = 0] = data;
  switch (sensorType) {
    case sensor.firmware:
      return firmwareEvent(event);
    case sensor.authentication:
      return `Authentication failed ${second + third * 0x100} times`;
    case sensor.chassis:
      return offset === 0 ? 'Case opened' : inNumbers(event);
    case sensor.system:
      return first === intelEvent
        ? `Agent watchdog ${hex(data.subarray(1, 7))} ${watchdogStates[data[7] ?? 0] ?? `state ${data[7]}`}`
        : inNumbers(event);
    case sensor.watchdog:
      return first === selfTestWatchdog ? 'Power-on self test took too long' : 'System boot failed';
    case sensor.filter:
      return `Network filter ${data.readUInt32BE(1)} matched`;
    case sensor.intel:
      if (first !== intelEvent || second !== 0x30) return inNumbers(event);
      return redirectionEvents[third] ?? inNumbers(event);
    default:
      return plainEvents[sensorType] ?? inNumbers(event);
  }
}

/**
 * One record of the platform event log, little-endian: time, device address, sensor type, event type, event offset, source
 * type, severity, sensor number, entity, instance, eight bytes of data (Intel AMT Implementation and Reference Guide, "Event
 * Log"; IPMI Platform Event Trap Format). Null for a slot that was never written.
 */
export function decodeEvent(bytes: Buffer): EventRecord | null {
  if (bytes.length !== eventBytes || bytes.every((one) => one === 0)) return null;
  const [sensorType = 0, , offset = 0, , severity = 0, , entity = 0] = bytes.subarray(5, 13);
  return {
    at: new Date(bytes.readUInt32LE(0) * 1_000),
    severity: severities[severity] ?? 'unspecified',
    source: entities[entity] ?? `entity ${entity}`,
    event: inWords({ sensorType, offset, data: bytes.subarray(13) }),
    raw: bytes.toString('hex'),
  };
}
