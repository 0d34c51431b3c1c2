import type { Device } from '../device.ts';
import { issueCertificate } from './certificate.ts';
import { authorityName, type FleetKeys } from './fleet-keys.ts';

const dayMs = 24 * 3600 * 1000;

/**
 * True for a device whose certificate is its own signature, to be pinned: old firmware, rotated by somebody else, or
 * bare metal, which makes its own.
 */
export function isSelfSigned(device: Device): boolean {
  return (
    isLegacy(device) ||
    device.factory !== null ||
    device.faults.has('changed-certificate') ||
    device.faults.has('zero-date-certificate')
  );
}

/** True for a device that speaks nothing newer than TLS 1.1. */
export function isLegacy(device: Device): boolean {
  return device.faults.has('tls10-only') || ['TLSv1', 'TLSv1.1'].includes(device.persona.tlsMax);
}

/** What the certificate calls it. */
function nameOf(device: Device): string {
  const fault = device.faults.get('other-name-certificate');
  return fault ? (fault.argument ?? `formerly-${device.fqdn}`) : device.fqdn;
}

/**
 * The certificate of one device, DER. The same keys and generation give the same bytes.
 *
 * @param generation 0 is the one an inventory knows; default: the present one
 */
export function deviceCertificate(device: Device, keys: FleetKeys, generation = device.certificateGeneration): Buffer {
  const selfSigned = isSelfSigned(device);
  const expired = device.faults.has('expired-certificate');
  // Seen on 3.2.1 that was updated from 3.x; how the zeros stand in it is a `[guess]`. Intel, vPro Expert Center, 2008.
  const isZero = device.faults.has('zero-date-certificate');
  const isForeign = device.faults.has('foreign-certificate');
  const name = nameOf(device);
  const begin = keys.issuedAt.getTime();
  return issueCertificate({
    subject: name,
    issuer: isForeign ? 'Another Tool Root' : selfSigned ? name : authorityName,
    key: keys.deviceKey,
    issuerKey: selfSigned || isForeign ? keys.deviceKey : keys.authorityKey,
    serialSeed: `${device.realm}/${generation}/${expired}`,
    notBefore: isZero ? null : new Date(expired ? begin - 400 * dayMs : begin),
    notAfter: isZero ? null : new Date(expired ? begin - dayMs : begin + 365 * dayMs),
    names: [name, ...(name === device.fqdn ? [device.address] : [])],
    hash: isLegacy(device) ? 'sha1' : 'sha256',
    authority: false,
  });
}
