import type { AuditInitiator, AuditRecord } from '../../../../src/ports/amt/audit-log.ts';
import { userSid } from '../sid.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import { type Detail, hex } from './detail-readers.ts';
import { auditAppName, auditEventName } from './event-names.ts';
import { decodeExtendedData } from './extended-data.ts';

function readInitiator(reader: ByteReader): AuditInitiator | null {
  const type = reader.number(1);
  switch (type) {
    case 0:
      return { kind: 'digest', user: reader.text() };
    case 1: {
      const relativeId = reader.number(4);
      return { kind: 'kerberos', sid: userSid(reader.bytes(reader.number(1)), relativeId) };
    }
    case 2:
      return { kind: 'local' };
    case 3:
      return { kind: 'kvm' };
    default:
      return { kind: 'unknown', type };
  }
}

/**
 * One record of AMT_AuditLog, big-endian (Intel AMT Implementation and Reference Guide, "ReadRecords"): application, event,
 * initiator, time, address, extended data. Never throws and drops nothing: what can't be read stands in `details` as hex.
 */
export function decodeAuditRecord(bytes: Uint8Array, index: number): AuditRecord {
  const reader = createByteReader(bytes);
  const appId = reader.number(2);
  const eventId = reader.number(2);
  const initiator = readInitiator(reader) ?? { kind: 'local' };
  const details: Detail[] = [];
  let at = new Date(0);
  let address = '';
  if (initiator.kind === 'unknown') {
    // How long its data are is not known, so nothing after it can be found.
    details.push({ label: 'not decoded', value: hex(reader.rest()) });
  } else {
    at = new Date(reader.number(4) * 1_000);
    const locationType = reader.number(1);
    address = reader.text();
    const extended = reader.bytes(reader.number(1));
    if (locationType > 2) details.push({ label: 'location type', value: String(locationType) });
    if (reader.intact) details.push(...decodeExtendedData(appId, eventId, extended));
    if (reader.left > 0) details.push({ label: 'not decoded', value: hex(reader.rest()) });
  }
  if (!reader.intact) details.push({ label: 'cut off', value: hex(bytes) });
  return {
    index,
    at,
    appId,
    eventId,
    app: auditAppName(appId),
    event: auditEventName(appId, eventId),
    initiator,
    address: address === '' ? null : address,
    details,
    raw: Buffer.from(bytes).toString('base64'),
  };
}
