import { constants } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { PortAnswer, PortProbe, ShownTls } from '../../src/ports/network-probes.ts';

/** How an end looks before it is known how long it took. */
type Ending = PortAnswer extends infer A ? (A extends PortAnswer ? Omit<A, 'ms'> : never) : never;

const networkGone = new Set(['ENETUNREACH', 'ENETDOWN', 'EACCES', 'EPERM']);
const hostGone = new Set(['EHOSTUNREACH', 'EHOSTDOWN']);
const reset = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const longestName = 80;

let anyTls: SecureContext | null = null;

/**
 * Takes every protocol and cipher that OpenSSL still has. Safe for looking: nothing secret is ever sent over such a connection, it is
 * closed as soon as the handshake is done.
 */
function anyTlsContext(): SecureContext {
  anyTls ??= createSecureContext({
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  });
  return anyTls;
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

/** What an error means; `connected`: TCP was there before. */
function meaningOf(error: unknown, connected: boolean): Ending {
  const code = codeOf(error);
  if (connected) return reset.has(code) ? { kind: 'dropped' } : { kind: 'tls_failed', why: code || 'no code' };
  if (code === 'ECONNREFUSED') return { kind: 'refused' };
  if (networkGone.has(code)) return { kind: 'no_route', to: 'network' };
  if (hostGone.has(code)) return { kind: 'no_route', to: 'host' };
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return { kind: 'no_address' };
  // A connection that was taken and reset at once.
  return reset.has(code) ? { kind: 'dropped' } : { kind: 'silent' };
}

function shownBy(socket: TLSSocket): ShownTls | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '';
  const flat = name.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, longestName);
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    name: flat === '' ? null : flat,
  };
}

function open({ host, port, speaks }: PortProbe): Socket {
  if (speaks === 'plain') return connectTcp({ host, port });
  return connectTls({ host, port, secureContext: anyTlsContext(), rejectUnauthorized: false });
}

/**
 * Tells what an AMT port does, over one connection that is closed at once, for AMT has few. A plain port is asked for `/`, which AMT
 * answers without a password (a redirection to its log-on page).
 */
export function probeAmtPort(probe: PortProbe, signal: AbortSignal): Promise<PortAnswer> {
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = open(probe);
    let connected = false;
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
    };
    const end = (ending: Ending) => {
      settle();
      resolve({ ...ending, ms: Math.round(performance.now() - beganMs) });
    };
    const abort = () => {
      settle();
      reject(signal.reason);
    };
    const timer = setTimeout(() => end(connected ? { kind: 'mute' } : { kind: 'silent' }), probe.timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => end(meaningOf(error, connected)));
    socket.once('close', () => end({ kind: 'dropped' }));
    socket.once('connect', () => {
      connected = true;
      if (probe.speaks === 'plain') socket.write(`GET / HTTP/1.1\r\nHost: ${probe.host}\r\nConnection: close\r\n\r\n`);
    });
    if (socket instanceof TLSSocket)
      socket.once('secureConnect', () => end({ kind: 'answered', tls: shownBy(socket) }));
    else socket.once('data', () => end({ kind: 'answered', tls: null }));
  });
}
