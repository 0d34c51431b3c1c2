import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { clientChainOf, judgeClientChain } from '../bare/client-chain.ts';
import { noteRefusal } from '../bare/factory.ts';
import { pidOf, ppsOf } from '../bare/hello-message.ts';
import { commonNameOf, ownTlsIdentity } from '../classes/security/tls-state.ts';
import { isInSetup, provisioningOf } from '../classes/setup/provisioning.ts';
import type { Device } from '../device.ts';
import { certificatePem } from './certificate.ts';
import { deviceCertificate, isLegacy } from './device-certificate.ts';
import type { FleetKeys } from './fleet-keys.ts';

/** TLS servers of the devices, made when first needed and forgotten when long unused. */
export interface DeviceTls {
  /** Begins a TLS handshake on a fresh connection. */
  accept(device: Device, socket: Socket): void;
  /** Forgets a device's server: its next handshake shows its present certificate. */
  forget(device: Device): void;
}

/** How long a connection may say nothing. `[guess]` */
const firstByteMs = 60_000;

/** Contexts cost some 30 KB each; a device beyond the limit loses its session cache, no more. */
const keptServers = 3000;

/**
 * Firmware speaks TLS 1.0 with SHA-1 and keys that OpenSSL no longer takes at its default level; a cipher list of
 * the TLS 1.2 days includes RSA key exchange, which the MeshCentral client needs. Renegotiation and resumption are
 * OpenSSL's. `[guess]`
 *
 * @param nowMs true time, milliseconds since 1970
 * @param serve takes over when a handshake is done
 */
export function createDeviceTls(
  keys: FleetKeys,
  nowMs: () => number,
  serve: (device: Device, socket: TLSSocket) => void,
): DeviceTls {
  const servers = new Map<Device, Server>();

  function serverOf(device: Device): Server {
    const known = servers.get(device);
    if (known) {
      // Re-insert: a Map's order is the order of last use.
      servers.delete(device);
      servers.set(device, known);
      return known;
    }
    const own = ownTlsIdentity(device, keys);
    const byKey = isInSetup(device) && device.factory?.helloVersion === 2;
    const legacy = isLegacy(device);
    const { tlsMin, tlsMax } = device.persona;
    const server = byKey
      ? keyServer(device)
      : createServer({
          key: own?.key ?? keys.deviceKeyPem,
          cert: own?.certificate ?? certificatePem(deviceCertificate(device, keys)),
          ...(own?.clients ? { requestCert: true, rejectUnauthorized: true, ca: [...own.clients.authorities] } : {}),
          // Certificates of a set-up server are judged when the handshake is done; a ticket would leave them out.
          ...(isInSetup(device)
            ? { requestCert: true, rejectUnauthorized: false, secureOptions: constants.SSL_OP_NO_TICKET }
            : {}),
          minVersion: device.faults.has('tls10-only') ? 'TLSv1' : tlsMin,
          handshakeTimeout: 60_000,
          maxVersion: device.faults.has('tls10-only') ? 'TLSv1' : tlsMax,
          ...(legacy || tlsMin === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
        });
    server.on('secureConnection', (socket) => {
      device.counters.handshakes += 1;
      if (socket.isSessionReused()) device.counters.resumedHandshakes += 1;
      const isLetIn = isInSetup(device)
        ? byKey || beginSetup(device, socket, nowMs())
        : isWelcome(socket, own?.clients?.names);
      if (byKey) provisioningOf(device).state = 1;
      if (isLetIn) serve(device, socket);
      else socket.destroy();
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
      // Node.js keeps a connection whose client went away without a word until the handshake times out; a PC has few sockets.
      socket.setTimeout(firstByteMs, () => socket.destroy());
      socket.once('readable', () => {
        const first: unknown = socket.read();
        if (!Buffer.isBuffer(first)) return socket.destroy();
        socket.setTimeout(0);
        socket.unshift(first);
        return serverOf(device).emit('connection', socket);
      });
    },
    forget(device) {
      servers.delete(device);
    },
  };
}

/**
 * Before set-up with a key that both sides know: whoever has another one sees the handshake fail. Which suites firmware offered is not
 * published; this is the one of RFC 4279 with AES and SHA that OpenSSL has `[guess]`.
 */
function keyServer(device: Device): Server {
  return createServer({
    pskCallback: (_socket, identity) => (identity === pidOf(device) ? Buffer.from(ppsOf(device), 'ascii') : null),
    pskIdentityHint: '',
    ciphers: 'PSK-AES128-CBC-SHA:@SECLEVEL=0',
    minVersion: device.persona.tlsMin,
    maxVersion: device.persona.tlsMax,
  });
}

/**
 * Lets a set-up server in whose certificates are good: from there on the PC is being provisioned. One that is refused sees the
 * connection end `[guess]`.
 */
function beginSetup(device: Device, socket: TLSSocket, nowMs: number): boolean {
  if (!device.factory) return false;
  const fault = judgeClientChain(clientChainOf(socket), device.factory, nowMs + device.power.clockAheadMs);
  if (fault) noteRefusal(device.factory, fault);
  else provisioningOf(device).state = 1;
  return fault === null;
}

/** Whether the client's certificate has one of the names; an empty list lets all in. `[class model]` */
function isWelcome(socket: TLSSocket, names: readonly string[] | undefined): boolean {
  if (names === undefined || names.length === 0) return true;
  const { raw } = socket.getPeerCertificate();
  return raw !== undefined && names.includes(commonNameOf(raw) ?? '');
}
