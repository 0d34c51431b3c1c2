import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import type { SharedKey } from '../../../src/ports/amt/setup-gateway.ts';
import { type AmtEndpoint, AmtError, portOf } from '../../../src/ports/amt.ts';
import { TimeLimitError } from './failures.ts';
import type { DeviceMemory } from './memory.ts';
import type { AmtTimeouts } from './timeouts.ts';
import { recordedFingerprint, sharedKeyOptions, type TlsContexts } from './trust.ts';

/** What opening a connection needs beside the device. */
export interface SocketSettings {
  readonly timeouts: AmtTimeouts;
  readonly tls: TlsContexts;
  readonly nowMs: () => number;
  /** Where connections are made otherwise than by TCP; each carries one request. */
  readonly connect: ((endpoint: AmtEndpoint) => Socket) | null;
  /** For endpoints without a fingerprint. */
  readonly sharedKey: SharedKey | null;
}

/** Called once, with an error or with a socket over which a password may be sent. */
export type SocketDone = (error: Error | null, socket: Socket | null) => void;

/** `host:port` for people, with brackets around an IPv6 address. */
export const authorityOf = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

function startTls(
  endpoint: AmtEndpoint,
  memory: DeviceMemory,
  settings: SocketSettings,
  beneath: Socket | null,
  key: SharedKey | null,
): TLSSocket {
  if (key) return connectTls({ ...addressOf(endpoint, settings.timeouts), ...sharedKeyOptions(key) });
  const mode = endpoint.tls === 'none' ? 'pinned' : endpoint.tls;
  const secureContext = settings.tls.contextFor(mode);
  const name = endpoint.fqdn ?? endpoint.host;
  const verified = mode === 'ca';
  // Resumption repeats neither the check of the name nor that of the dates: the first is safe, for the memory belongs to
  // this endpoint alone; the second is made here.
  if (verified && memory.certificateExpiresAtMs !== null && memory.certificateExpiresAtMs <= settings.nowMs()) {
    memory.tlsSession = null;
  }
  return connectTls({
    ...(beneath ? { socket: beneath } : addressOf(endpoint, settings.timeouts)),
    secureContext,
    rejectUnauthorized: verified,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_asked, certificate) => (verified ? checkServerIdentity(name, certificate) : undefined),
    ...(memory.tlsSession ? { session: memory.tlsSession } : {}),
  });
}

/** The certificate is known by its fingerprint alone. */
const isPinned = ({ tls }: AmtEndpoint): boolean => tls === 'pinned' || tls === 'legacy';

function addressOf(endpoint: AmtEndpoint, timeouts: AmtTimeouts) {
  return {
    host: endpoint.host,
    port: portOf(endpoint),
    // Node's default gives each address of a name 250 ms, too little for a waking ME.
    autoSelectFamilyAttemptTimeout: Math.max(10, Math.floor(timeouts.connectTimeoutMs / 2)),
  };
}

/** The certificate's checks that are ours, before anything is sent. Null when it may be used. */
function checkCertificate(socket: TLSSocket, endpoint: AmtEndpoint, memory: DeviceMemory): AmtError | null {
  // A resumed session shows no certificate. It proves instead that this is the peer of the full handshake before, and a
  // session is kept only when that one passed these checks, and only for this endpoint with this pin.
  if (socket.isSessionReused()) return null;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return new AmtError('certificate_untrusted', ['the device showed no certificate']);
  if (endpoint.tls !== 'ca') {
    const shown = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
    const recorded = recordedFingerprint(endpoint);
    if (shown !== recorded) {
      return new AmtError('certificate_changed', [
        `recorded certificate: SHA-256 ${recorded.slice(0, 16)}...`,
        `shown certificate: SHA-256 ${shown.slice(0, 16)}..., valid until ${dayOf(certificate.validToDate)}`,
      ]);
    }
  }
  const expiresAtMs = certificate.validToDate.getTime();
  // Some firmware makes certificates whose dates are zeros, which is no date.
  memory.certificateExpiresAtMs = Number.isNaN(expiresAtMs) ? null : expiresAtMs;
  return null;
}

/**
 * Opens one connection: TCP, then for TLS the handshake and every check of the certificate. Returns what cancels it
 * before it is done.
 */
export function openSocket(
  endpoint: AmtEndpoint,
  memory: DeviceMemory,
  settings: SocketSettings,
  done: SocketDone,
): (reason: Error) => void {
  const { timeouts } = settings;
  // It takes the place of certificates where none is recorded that the shown one could be compared with.
  const key = isPinned(endpoint) && endpoint.certificateFingerprint === null ? settings.sharedKey : null;
  if (isPinned(endpoint) && !key) recordedFingerprint(endpoint);
  const beneath = settings.connect?.(endpoint) ?? null;
  const secured = endpoint.tls === 'none' ? null : startTls(endpoint, memory, settings, beneath, key);
  const socket = secured ?? beneath ?? connectTcp(addressOf(endpoint, timeouts));
  let waiting = true;
  let connected = false;
  let unchecked: Buffer | null = null;
  const finish = (error: Error | null) => {
    if (!waiting) return;
    waiting = false;
    clearTimeout(timer);
    if (error === null) {
      memory.tlsSession = unchecked ?? memory.tlsSession;
      return done(null, socket);
    }
    // A session that led to a failed handshake may be the cause; one that met a silent network is not.
    if (connected) memory.tlsSession = null;
    socket.destroy();
    done(error, null);
  };
  const limit = (what: string, limitMs: number) => setTimeout(() => finish(new TimeLimitError(what, limitMs)), limitMs);
  let timer = limit('connection', timeouts.connectTimeoutMs);
  socket.setNoDelay(true);
  // Stays for the life of the socket: undici adds its own listener, and an error without any would end the process.
  socket.on('error', finish);
  const onConnected = () => {
    connected = true;
    if (secured === null) return finish(null);
    clearTimeout(timer);
    if (waiting) timer = limit('end of the TLS handshake', timeouts.tlsHandshakeTimeoutMs);
  };
  // What was made elsewhere is open from the start and says so to nobody.
  if (beneath) process.nextTick(onConnected);
  else socket.once('connect', onConnected);
  secured?.once('secureConnect', () => finish(key ? null : checkCertificate(secured, endpoint, memory)));
  secured?.on('session', (session: Buffer) => {
    // TLS 1.2 gives its session before the checks, TLS 1.3 its tickets after them.
    if (waiting) unchecked = session;
    else if (!secured.destroyed) memory.tlsSession = session;
  });
  return finish;
}

/** True when something accepts connections on that port. Sends nothing. */
export function portIsOpen(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const finish = (open: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(open);
    };
    const timer = setTimeout(finish, timeoutMs, false);
    socket.once('connect', () => finish(true));
    socket.on('error', () => finish(false));
  });
}

/** Some firmware makes certificates whose dates are zeros, which is no date. */
function dayOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().slice(0, 10);
}
