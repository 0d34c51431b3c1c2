import type { Device } from '../device.ts';
import { issueCertificate } from './certificate.ts';
import { authorityName, type FleetKeys } from './fleet-keys.ts';

const dayMs = 24 * 3600 * 1000;

/**
 * True for a device whose certificate is its own signature, to be pinned: old firmware, rotated by somebody else, or
 * bare metal, which makes its own.
 */
export function isSelfSigned(device: Device): boolean {
  return isLegacy(device) || device.factory !== null || device.faults.has('changed-certificate');
}

/** True for a device that speaks nothing newer than TLS 1.1. */
export function isLegacy(device: Device): boolean {
  return device.faults.has('tls10-only') || ['TLSv1', 'TLSv1.1'].includes(device.persona.tlsMax);
}

/**
 * The certificate of one device, DER. The same keys and generation give the same bytes.
 *
 * @param generation 0 is the one an inventory knows; default: the present one
 */
export function deviceCertificate(device: Device, keys: FleetKeys, generation = device.certificateGeneration): Buffer {
  const selfSigned = isSelfSigned(device);
  const expired = device.faults.has('expired-certificate');
  const begin = keys.issuedAt.getTime();
  return issueCertificate({
    subject: device.fqdn,
    issuer: selfSigned ? device.fqdn : authorityName,
    key: keys.deviceKey,
    issuerKey: selfSigned ? keys.deviceKey : keys.authorityKey,
    serialSeed: `${device.realm}/${generation}/${expired}`,
    notBefore: new Date(expired ? begin - 400 * dayMs : begin),
    notAfter: new Date(expired ? begin - dayMs : begin + 365 * dayMs),
    names: [device.fqdn, device.address],
    hash: isLegacy(device) ? 'sha1' : 'sha256',
    authority: false,
  });
}
