import { constants, type X509Certificate } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { NetworkProbes, PortAnswer, PortProbe, ShownTls } from '../../src/ports/network/network-probes.ts';

/** How an end looks before it is known how long it took. */
type Ending = PortAnswer extends infer A ? (A extends PortAnswer ? Omit<A, 'ms'> : never) : never;

const networkGone = new Set(['ENETUNREACH', 'ENETDOWN', 'EACCES', 'EPERM']);
const hostGone = new Set(['EHOSTUNREACH', 'EHOSTDOWN']);
const reset = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const longestName = 80;

const mostNames = 10;
/** A header block that has not ended by then is not AMT's. */
const longestHead = 8_192;

/**
 * Takes every protocol and cipher that OpenSSL still has. Safe for looking: nothing secret is ever sent over such a connection, it is
 * closed as soon as the look is over.
 */
const anyTlsContext = (ca: Buffer | null): SecureContext =>
  createSecureContext({
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    ...(ca === null ? {} : { ca }),
  });

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

/** One line of at most 80 characters of what a stranger wrote; null when nothing is left. */
function flat(text: string): string | null {
  const line = text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longestName);
  return line === '' ? null : line;
}

const commonName = (subject: string | undefined) => flat(/^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? '');

function shownBy(socket: TLSSocket, hasCa: boolean): ShownTls | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const error: unknown = socket.authorizationError;
  const why = error instanceof Error ? codeOf(error) || error.message : String(error ?? '');
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    name: commonName(certificate.subject),
    certificate: {
      alternativeNames: alternativeNames(certificate),
      issuer: commonName(certificate.issuer),
      isSelfSigned: certificate.subject === certificate.issuer && certificate.checkIssued(certificate),
      validFrom: dateOf(certificate.validFrom),
      validTo: dateOf(certificate.validTo),
      keyBits: certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? null,
      chain: hasCa ? (socket.authorized ? 'yes' : (flat(why) ?? 'not trusted')) : null,
    },
  };
}

/** OpenSSL says `Bad time value` of a date of zeros. */
function dateOf(text: string): Date {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

function alternativeNames({ subjectAltName }: X509Certificate): readonly string[] {
  const names = [...(subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,\s"]+)/g)].map((match) => flat(match[1] ?? ''));
  return names.filter((name) => name !== null).slice(0, mostNames);
}

/** The `Server` header of what was received so far; undefined when there is none. */
function serverIn(head: string): { readonly server?: string } {
  const server = flat(/^server:[ \t]*(.*)$/im.exec(head)?.[1] ?? '');
  return server === null ? {} : { server };
}

/** Probes of single ports; `ca`: PEM of the authority that certificates should chain to, null for none. */
export function createPortProbe(ca: Buffer | null): Pick<NetworkProbes, 'askPort' | 'knock'> {
  const context = anyTlsContext(ca);
  return {
    askPort: (probe, signal) => probePort({ ...probe, context, hasCa: ca !== null }, signal),
    knock: (host, port, timeoutMs, signal) =>
      probePort({ host, port, timeoutMs, speaks: 'nothing', context, hasCa: false }, signal),
  };
}

interface Look extends Omit<PortProbe, 'speaks'> {
  readonly speaks: PortProbe['speaks'] | 'nothing';
  readonly context: SecureContext;
  readonly hasCa: boolean;
}

function open({ host, port, speaks, context }: Look): Socket {
  if (speaks !== 'tls') return connectTcp({ host, port });
  return connectTls({
    host,
    port,
    secureContext: context,
    rejectUnauthorized: false,
    // The name is compared where it is known; here it would hide what the chain is worth.
    checkServerIdentity: () => undefined,
  });
}

/**
 * Tells what an AMT port does, over one connection that is closed at once, for AMT has few. A plain port is asked for `/`, which AMT
 * answers without a password (a redirection to its log-on page).
 */
function probePort(look: Look, signal: AbortSignal): Promise<PortAnswer> {
  const { speaks } = look;
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = open(look);
    let connected = false;
    let shown: ShownTls | null = null;
    let isShaken = false;
    let head = '';
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
    };
    const end = (ending: Ending) => {
      settle();
      resolve({ ...ending, ms: Math.round(performance.now() - beganMs) });
    };
    const answered = () => end({ kind: 'answered', tls: shown, ...serverIn(head) });
    /** What was heard counts, though the rest did not come. */
    const broken = (otherwise: Ending) => (isShaken || head !== '' ? answered() : end(otherwise));
    const abort = () => {
      settle();
      reject(signal.reason);
    };
    const askPage = () => socket.write(`GET / HTTP/1.1\r\nHost: ${look.host}\r\nConnection: close\r\n\r\n`);
    const timer = setTimeout(() => broken(connected ? { kind: 'mute' } : { kind: 'silent' }), look.timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', (error) => broken(meaningOf(error, connected)));
    socket.once('close', () => broken({ kind: 'dropped' }));
    socket.once('connect', () => {
      connected = true;
      if (speaks === 'nothing') end({ kind: 'answered', tls: null });
      if (speaks === 'plain') askPage();
    });
    socket.on('data', (data: Buffer) => {
      head += data.toString('latin1');
      if (head.includes('\r\n\r\n') || head.length > longestHead) answered();
    });
    if (socket instanceof TLSSocket)
      socket.once('secureConnect', () => {
        isShaken = true;
        shown = shownBy(socket, look.hasCa);
        if (look.asksPage) askPage();
        else answered();
      });
  });
}
