/** Why something about certificates could not be done. Closed list; the sentences are in src/messages/reasons/pki-reasons.ts. */
export const pkiErrorCodes = [
  'pki_file_unreadable',
  'pki_not_pkcs12',
  'pki_wrong_password',
  'pki_no_key',
  'pki_no_certificate',
  'pki_unsupported_algorithm',
  'pki_too_costly',
  'pki_too_large',
  'pki_certificate_malformed',
  'pki_key_malformed',
  'pki_request_malformed',
  'pki_request_signature',
  'pki_key_unfit',
  'pki_name_unfit',
  'pki_ca_unfit',
  'pki_ca_key_mismatch',
  'pki_ca_expired',
  'pki_not_configured',
  'pki_record_missing',
  'pki_record_changed',
  'pki_already_there',
  'pki_request_pending',
] as const;

/** One of `pkiErrorCodes`. */
export type PkiErrorCode = (typeof pkiErrorCodes)[number];

/** A failed act with certificates. `code` is what callers match on; `evidence` are facts fit for people, no secrets, one line each. */
export class PkiError extends Error {
  readonly code: PkiErrorCode;
  readonly evidence: readonly string[];

  constructor(code: PkiErrorCode, evidence: readonly string[] = [], options: { cause?: unknown } = {}) {
    super(evidence.length > 0 ? `${code}: ${evidence.join('; ')}` : code, options);
    this.name = 'PkiError';
    this.code = code;
    this.evidence = evidence;
  }
}
