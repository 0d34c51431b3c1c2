import type { EventRecord } from '../../../../src/ports/amt/event-log.ts';

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

/**
 * One record of the platform event log, little-endian: time, device address, sensor type, event type, event offset, source
 * type, severity, sensor number, entity, instance, eight bytes of data (IPMI platform event trap format). Null for a slot that
 * was never written.
 */
export function decodeEvent(bytes: Buffer): EventRecord | null {
  if (bytes.every((one) => one === 0)) return null;
  const severity = severities[bytes[9] ?? 0] ?? 'unspecified';
  return {
    at: new Date(bytes.readUInt32LE(0) * 1_000),
    severity,
    source: `entity ${bytes[11] ?? 0}`,
    event: `sensor type ${bytes[5] ?? 0}, offset ${bytes[7] ?? 0}`,
    raw: bytes.toString('hex'),
  };
}
