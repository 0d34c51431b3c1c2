import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Device } from '../device.ts';
import { certificatePem, issueCertificate } from './certificate.ts';
import { authorityName, type FleetKeys } from './fleet-keys.ts';

const dayMs = 24 * 3600 * 1000;

/**
 * True for a device whose certificate is its own signature, to be pinned: old firmware, or rotated by somebody
 * else.
 */
export function isSelfSigned(device: Device): boolean {
  return isLegacy(device) || device.faults.has('changed-certificate');
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

/** TLS servers of the devices, made when first needed and forgotten when long unused. */
export interface DeviceTls {
  /** Begins a TLS handshake on a fresh connection. */
  accept(device: Device, socket: Socket): void;
  /** Forgets a device's server: its next handshake shows its present certificate. */
  forget(device: Device): void;
}

/** Contexts cost some 30 KB each; a device beyond the limit loses its session cache, no more. */
const keptServers = 3000;

/**
 * Firmware speaks TLS 1.0 with SHA-1 and keys that OpenSSL no longer takes at its default level; a cipher list of
 * the TLS 1.2 days includes RSA key exchange, which the MeshCentral client needs. Renegotiation and resumption are
 * OpenSSL's. `[guess]`
 *
 * @param serve takes over when a handshake is done
 */
export function createDeviceTls(keys: FleetKeys, serve: (device: Device, socket: TLSSocket) => void): DeviceTls {
  const servers = new Map<Device, Server>();

  function serverOf(device: Device): Server {
    const known = servers.get(device);
    if (known) {
      // Re-insert: a Map's order is the order of last use.
      servers.delete(device);
      servers.set(device, known);
      return known;
    }
    const legacy = isLegacy(device);
    const { tlsMin, tlsMax } = device.persona;
    const server = createServer({
      key: keys.deviceKeyPem,
      cert: certificatePem(deviceCertificate(device, keys)),
      minVersion: device.faults.has('tls10-only') ? 'TLSv1' : tlsMin,
      handshakeTimeout: 60_000,
      maxVersion: device.faults.has('tls10-only') ? 'TLSv1' : tlsMax,
      ...(legacy || tlsMin === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    });
    server.on('secureConnection', (socket) => {
      device.counters.handshakes += 1;
      if (socket.isSessionReused()) device.counters.resumedHandshakes += 1;
      serve(device, socket);
    });
    // A client that goes away in the middle of a handshake is its own affair.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    servers.set(device, server);
    if (servers.size > keptServers) {
      const oldest = servers.keys().next().value;
      if (oldest) servers.delete(oldest);
    }
    return server;
  }

  return {
    accept(device, socket) {
      serverOf(device).emit('connection', socket);
    },
    forget(device) {
      servers.delete(device);
    },
  };
}
