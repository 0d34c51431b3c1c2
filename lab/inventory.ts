import type { Device } from './device.ts';
import type { Fleet } from './fleet.ts';
import { fingerprintOf } from './tls/certificate.ts';
import { deviceCertificate, isLegacy, isSelfSigned } from './tls/device-certificate.ts';

/**
 * How healthy devices appear in the inventory: over TLS by the fleet's authority, over TLS pinned, or over plain
 * HTTP.
 */
export type InventoryTransport = 'ca' | 'pinned' | 'none';

/** Columns of the file, in order. */
const inventoryColumns = [
  'name',
  'fqdn',
  'address',
  'mac',
  'site',
  'groups',
  'tls',
  'certificate_fingerprint',
  'credential',
] as const;

/**
 * The fleet as CSV (RFC 4180), one row per device, for import into an inventory. Groups are separated by `;`.
 * Devices that speak TLS 1.0 or 1.1 are `legacy`; those and self-signed ones are pinned to the SHA-256 of the
 * certificate they had when the inventory was made, which a rotated device no longer shows.
 */
export function inventoryCsv(fleet: Fleet, transport: InventoryTransport = 'ca'): string {
  const rows = fleet.devices.map((device) => {
    const tls = transportOf(device, transport);
    const fingerprint =
      tls === 'pinned' || tls === 'legacy' ? fingerprintOf(deviceCertificate(device, fleet.keys, 0)) : '';
    return [
      device.name,
      device.fqdn,
      device.address,
      device.mac,
      device.site,
      device.groups.join(';'),
      tls,
      fingerprint,
      'lab',
    ].join(',');
  });
  return `${[inventoryColumns.join(','), ...rows].join('\r\n')}\r\n`;
}

function transportOf(device: Device, transport: InventoryTransport): InventoryTransport | 'legacy' {
  if (transport === 'none') return 'none';
  if (isLegacy(device)) return 'legacy';
  return isSelfSigned(device) ? 'pinned' : transport;
}
