import type { PkiErrorCode } from '../../ports/pki.ts';

/** What went wrong with a certificate, and what to do. Whole sentences. */
export interface PkiReason {
  readonly what: string;
  readonly mend: string;
}

const reason = (what: string, mend: string): PkiReason => ({ what, mend });

/** One reason for each code that the certificate ports can throw. */
export const pkiReasons: Readonly<Record<PkiErrorCode, PkiReason>> = {
  pki_file_unreadable: reason('The file can not be read.', 'Check its path and who may read it.'),
  pki_not_pkcs12: reason(
    'This is not a PKCS#12 file (.pfx, .p12), or it is damaged.',
    'Export the certificate again, with its private key and the whole path.',
  ),
  pki_wrong_password: reason(
    'The password does not open the file.',
    'Give the password that the file was exported with.',
  ),
  pki_no_key: reason('There is no private key.', 'Export the certificate again, with its private key.'),
  pki_no_certificate: reason(
    'There is no certificate in it.',
    'Export it again, with the certificates of its whole path.',
  ),
  pki_unsupported_algorithm: reason(
    'It was made in a way that is not known here.',
    'Export it again with AES-256 and SHA-256 (openssl pkcs12 -export, or Windows with "AES256-SHA256").',
  ),
  pki_too_costly: reason(
    'To open it would take this service unreasonably long.',
    'Export it again with fewer iterations of the key derivation; 600,000 are many.',
  ),
  pki_too_large: reason('It is too large for what it should be.', 'Check that this is the right file.'),
  pki_certificate_malformed: reason('A certificate can not be read.', 'Get it again from where it was issued.'),
  pki_key_malformed: reason('A private key can not be read.', 'Give it as PEM (PKCS#8 or PKCS#1), with its password.'),
  pki_request_malformed: reason('The certificate request can not be read.', 'Have the device make it again (PKCS#10).'),
  pki_request_signature: reason(
    'The certificate request is not signed by the key that it asks for.',
    'Nothing was issued. Have the device make the request again.',
  ),
  pki_key_unfit: reason(
    'The key of the certificate request is not of an allowed kind or size.',
    'Have the device make an RSA key of 2048 bits.',
  ),
  pki_name_unfit: reason(
    'The name can not stand in a certificate.',
    'Give the PC a full DNS name of up to 64 letters, digits, hyphens and dots in the inventory.',
  ),
  pki_ca_unfit: reason(
    'The certificate of the authority does not allow this.',
    'Use one with CA:true, certificate and CRL signing, and RSA keys of up to 2048 bits all the way up: devices take no larger ones.',
  ),
  pki_ca_key_mismatch: reason(
    "The authority's private key does not belong to its certificate.",
    'Correct pki.authority in the configuration.',
  ),
  pki_ca_expired: reason(
    'The certificate of the authority has ended, is not valid yet, or ends too soon.',
    'Renew it; check the clock of this machine.',
  ),
  pki_not_configured: reason(
    'No certification authority is configured.',
    'Fill in pki.authority in the configuration.',
  ),
  pki_record_missing: reason('There is no record of such a certificate.', 'Check its serial number: oob pki list.'),
  pki_record_changed: reason(
    'The record of the certificate is in another state by now.',
    'Look at it again: oob pki list.',
  ),
  pki_request_pending: reason(
    'The certificate waits for somebody at the authority to agree.',
    'Have the request approved there, then ask for the same again: it goes on with that request.',
  ),
  pki_already_there: reason('There is one of that name already.', 'Choose another name, or remove it first.'),
};
