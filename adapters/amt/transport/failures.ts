import { AmtError, type AmtErrorCode, type TlsMode } from '../../../src/ports/amt.ts';
import { quoteDevice } from '../errors.ts';

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
  /** True when something had come before: then no packet was lost, the device went away in the middle. */
  readonly midway: boolean;

  constructor(what: string, limitMs: number, { midway = false } = {}) {
    super(`no ${what} within ${(limitMs / 1_000).toFixed(1)} s`);
    this.name = 'TimeLimitError';
    this.midway = midway;
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
const expired: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  // AMT 3.2.1 makes such ones after an update from 3.x.
  ERROR_IN_CERT_NOT_BEFORE_FIELD: 'the certificate has a date that is none',
  ERROR_IN_CERT_NOT_AFTER_FIELD: 'the certificate has a date that is none',
};
const silent = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_HEADERS_TIMEOUT',
]);
const closed = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED']);

/** A text property of a foreign error; empty when there is none. Errors are told apart by these, not by their class. */
function textOf(error: unknown, key: 'code' | 'name' | 'reason' | 'message'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}

function tlsFailure(code: string, error: unknown, mode: TlsMode): Failure {
  // The plain reason of OpenSSL ("wrong version number") says more to a person than the code, and holds no secrets.
  const why = textOf(error, 'reason');
  const reason = why === '' ? '' : ` (${why})`;
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
  if (error instanceof TimeLimitError) return { kind: error.midway ? 'dropped' : 'silent', seen: error.message };
  const code = textOf(error, 'code');
  if (silent.has(code)) return { kind: 'silent', seen: `no way to the device (${code})` };
  if (closed.has(code)) return { kind: 'dropped', seen: 'the device closed the connection' };
  if (code === 'ECONNREFUSED') return { kind: 'final', code: 'connection_refused', seen: 'the connection was refused' };
  if (code === 'ENOTFOUND' || code === 'EAI_NONAME') {
    return { kind: 'final', code: 'name_not_found', seen: 'DNS does not know the name' };
  }
  if (code.startsWith('EAI_')) return { kind: 'final', code: 'name_not_found', seen: `DNS gave no answer (${code})` };
  const outdated = expired[code];
  if (outdated !== undefined) return { kind: 'final', code: 'certificate_expired', seen: outdated };
  if (code === 'UNSPECIFIED') return unspecifiedFailure(textOf(error, 'message'));
  if (untrusted.has(code)) return { kind: 'final', code: 'certificate_untrusted', seen: untrustedText(code) };
  if (textOf(error, 'name') === 'HTTPParserError' || code.startsWith('UND_ERR_')) {
    const detail = code === '' ? '' : ` (${code})`;
    return { kind: 'final', code: 'protocol_error', seen: `the reply is not HTTP that we accept${detail}` };
  }
  if (code === 'EPROTO') return tlsFailure(quoteDevice(textOf(error, 'message'), 120), error, mode);
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || tooOldForUs.test(code)) {
    return tlsFailure(code, error, mode);
  }
  return { kind: 'final', code: 'unreachable', seen: `the connection failed (${code || 'no code'})` };
}

/** Verification failures that Node.js has no code for come with OpenSSL's sentence only ("EE certificate key too weak"). */
function unspecifiedFailure(message: string): Failure {
  const seen = `the certificate is not accepted (${quoteDevice(message, 80)})`;
  return { kind: 'final', code: /too weak|too small/i.test(message) ? 'tls_too_old' : 'certificate_untrusted', seen };
}

function untrustedText(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return 'the certificate names another computer';
  }
  return `the certificate does not lead to the configured CA (${code})`;
}
