import { DirectoryError, type DirectoryErrorCode } from '../../../src/ports/directory.ts';

/** Sub-codes of Active Directory in the text of a refused bind ([MS-ERREF] Win32 codes). */
const bindCodes: Readonly<Record<string, DirectoryErrorCode>> = {
  '525': 'directory_wrong_password',
  '52e': 'directory_wrong_password',
  '532': 'directory_password_expired',
  '533': 'directory_account_disabled',
  '701': 'directory_account_disabled',
  '773': 'directory_password_expired',
  '775': 'directory_account_locked',
};

/** LDAP result codes (RFC 4511, appendix A). */
const resultCodes: Readonly<Record<number, DirectoryErrorCode>> = {
  8: 'directory_tls_failed',
  10: 'directory_referral',
  32: 'directory_not_found',
  34: 'directory_name_unfit',
  50: 'directory_no_rights',
  51: 'directory_busy',
  52: 'directory_busy',
  53: 'directory_unwilling',
  64: 'directory_name_unfit',
  68: 'directory_already_exists',
};

/** Codes of sockets and TLS; all of them come before anything was asked. */
const socketCodes: Readonly<Record<string, DirectoryErrorCode>> = {
  ENOTFOUND: 'directory_name_not_found',
  EAI_AGAIN: 'directory_name_not_found',
  ERR_TLS_CERT_ALTNAME_INVALID: 'directory_certificate_name',
  CERT_HAS_EXPIRED: 'directory_certificate_expired',
  CERT_NOT_YET_VALID: 'directory_certificate_expired',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'directory_certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'directory_certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'directory_certificate_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'directory_certificate_untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'directory_certificate_untrusted',
  CERT_SIGNATURE_FAILURE: 'directory_certificate_untrusted',
  CERT_UNTRUSTED: 'directory_certificate_untrusted',
  INVALID_CA: 'directory_certificate_untrusted',
};

/** An error of the LDAP library in our words. `sent`: the request may have reached the server. */
export interface Translated {
  readonly error: DirectoryError;
  /** The server was not reached or went away: another one may answer. */
  readonly transport: boolean;
  readonly sent: boolean;
}

/** Translates once, whatever the library threw. `server` is named in the evidence. */
export function translateError(thrown: unknown, server: string): Translated {
  if (thrown instanceof DirectoryError) return { error: thrown, transport: false, sent: false };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  const made = (kind: DirectoryErrorCode, sent: boolean, transport: boolean, ...evidence: string[]): Translated => ({
    error: new DirectoryError(kind, [`domain controller ${server}`, ...evidence], {
      cause: thrown,
      mayHaveActed: false,
    }),
    transport,
    sent,
  });
  if (typeof code === 'number') {
    const kind = fromResult(code, message);
    return made(kind, true, kind === 'directory_busy', `its answer: ${oneLine(message)}`);
  }
  if (typeof code === 'string') {
    const tls = /^(?:ERR_SSL|EPROTO)/.test(code) ? 'directory_tls_failed' : 'directory_unreachable';
    return made(socketCodes[code] ?? tls, false, true, code);
  }
  // Messages of ldapts 9: these have no code. A bind never changes anything.
  const changes = !/BindRequest|SearchRequest/.test(message);
  if (/Connection timeout/.test(message)) return made('directory_silent', false, true, 'no TLS connection in time');
  if (/Operation timed out/.test(message)) return made('directory_silent', changes, true, 'no answer in time');
  if (/Connection closed before|Socket error|Socket connection not established/.test(message))
    return made('directory_dropped', changes, true);
  return made('directory_protocol', true, false, oneLine(message));
}

function fromResult(code: number, message: string): DirectoryErrorCode {
  if (code === 49) {
    const data = /data ([0-9a-f]{3,8})/i.exec(message)?.[1]?.toLowerCase().replace(/^0+/, '') ?? '';
    return bindCodes[data] ?? 'directory_wrong_password';
  }
  // A server that lost our bind answers that nobody is authenticated ([MS-ADTS] 3.1.1.3.1): like a dropped connection.
  if (code === 1)
    return /authenticat|bind must be completed/i.test(message) ? 'directory_dropped' : 'directory_protocol';
  if (code === 19) {
    // 0x21c7 ERROR_DS_SPN_VALUE_NOT_UNIQUE_IN_FOREST; Samba words it its own way.
    if (/21C7|servicePrincipalName|would cause a conflict|conflict.*SPN|SPN.*conflict/i.test(message))
      return 'directory_duplicate_spn';
    return /52D|unicodePwd|password/i.test(message) ? 'directory_password_refused' : 'directory_unwilling';
  }
  // 0x524 ERROR_USER_EXISTS: the account name is taken elsewhere in the domain.
  if (/00000524/.test(message)) return 'directory_already_exists';
  return resultCodes[code] ?? 'directory_protocol';
}

/** Text of the server fit for evidence: one line, bounded. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}
