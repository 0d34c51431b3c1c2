import type { AmtErrorCode, TlsMode } from '../../../src/ports/amt.ts';
import { AmtError } from '../../../src/ports/amt.ts';

/**
 * What a failure of the network or of TLS means for what comes next.
 * - `silent`: nothing came back, as from a sleeping ME. Worth waiting for.
 * - `dropped`: the peer closed the connection. Worth one more try.
 * - `final`: trying again changes nothing.
 */
export type Failure =
  | { readonly kind: 'silent'; readonly seen: string }
  | { readonly kind: 'dropped'; readonly seen: string }
  | { readonly kind: 'final'; readonly code: AmtErrorCode; readonly seen: string };

/** A time limit of the adapter's own that ran out. */
export class TimeLimitError extends Error {
  constructor(what: string, limitMs: number) {
    super(`no ${what} within ${(limitMs / 1_000).toFixed(1)} s`);
    this.name = 'TimeLimitError';
  }
}

// Spellings differ between the OpenSSL of Node.js 20 (3.0) and 24 (3.5), in the alerts above all; hence fragments.
const tooOldForUs =
  /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|WRONG_SSL_VERSION|NO_PROTOCOLS_AVAILABLE|UNSAFE_LEGACY_RENEGOTIATION|LEGACY_SIGALG|KEY_TOO_SMALL|MD_TOO_WEAK|INSUFFICIENT_SECURITY/;
const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const expired = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const silent = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_HEADERS_TIMEOUT',
]);
const closed = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED']);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function tlsFailure(code: string, error: Error, mode: TlsMode): Failure {
  // The plain reason of OpenSSL ("wrong version number") says more to a person than the code, and holds no secrets.
  const reason = 'reason' in error && typeof error.reason === 'string' ? ` (${error.reason})` : '';
  if (tooOldForUs.test(code)) {
    const hint = mode === 'legacy' ? 'even the legacy profile can not speak with it' : 'it needs the legacy profile';
    return { kind: 'final', code: 'tls_too_old', seen: `TLS failed with ${code}${reason}: ${hint}` };
  }
  if (code.includes('WRONG_VERSION_NUMBER')) {
    return { kind: 'final', code: 'tls_failed', seen: 'the port answers, but not in TLS' };
  }
  const wantsOurs = /HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED/.test(code);
  const hint = wantsOurs ? ': no cipher in common, or the device asks for a client certificate' : '';
  return { kind: 'final', code: 'tls_failed', seen: `TLS failed with ${code}${reason}${hint}` };
}

/** Tells what an error of a socket, of TLS or of undici means. */
export function classifyFailure(error: unknown, mode: TlsMode): Failure {
  if (error instanceof AmtError) return { kind: 'final', code: error.code, seen: error.evidence.join('; ') };
  if (error instanceof TimeLimitError) return { kind: 'silent', seen: error.message };
  const code = codeOf(error);
  if (silent.has(code)) return { kind: 'silent', seen: code === 'UND_ERR_HEADERS_TIMEOUT' ? 'no reply in time' : code };
  // A reply that began and then stood still is no lost packet: the device went away in the middle of it.
  if (code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'dropped', seen: 'the reply stopped in the middle' };
  if (closed.has(code)) return { kind: 'dropped', seen: 'the device closed the connection' };
  if (code === 'ECONNREFUSED') return { kind: 'final', code: 'connection_refused', seen: 'the connection was refused' };
  if (code === 'ENOTFOUND' || code === 'EAI_NONAME') {
    return { kind: 'final', code: 'name_not_found', seen: 'DNS does not know the name' };
  }
  if (code.startsWith('EAI_')) return { kind: 'final', code: 'name_not_found', seen: `DNS gave no answer (${code})` };
  if (expired.has(code)) {
    const seen = code === 'CERT_HAS_EXPIRED' ? 'the certificate has expired' : 'the certificate is not valid yet';
    return { kind: 'final', code: 'certificate_expired', seen };
  }
  if (untrusted.has(code)) return { kind: 'final', code: 'certificate_untrusted', seen: untrustedText(code) };
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code.startsWith('HPE_') || code.startsWith('UND_ERR_')) {
    return { kind: 'final', code: 'protocol_error', seen: `the reply is not HTTP that we accept (${code})` };
  }
  if (error instanceof Error && (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))) {
    return tlsFailure(code === 'EPROTO' ? error.message.slice(0, 120) : code, error, mode);
  }
  if (error instanceof Error && tooOldForUs.test(code)) return tlsFailure(code, error, mode);
  return { kind: 'final', code: 'unreachable', seen: `the connection failed (${code || 'no code'})` };
}

function untrustedText(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return 'the certificate names another computer';
  }
  return `the certificate does not lead to the configured CA (${code})`;
}
