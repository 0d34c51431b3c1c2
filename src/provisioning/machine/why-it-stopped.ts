import type { ProvisionCode } from '../../messages/provisioning/provision-reasons.ts';
import { directoryReasons } from '../../messages/reasons/directory-reasons.ts';
import { pkiReasons } from '../../messages/reasons/pki-reasons.ts';
import type { OutcomeCode } from '../../messages/reasons/reasons.ts';
import { AmtError } from '../../ports/amt.ts';
import { DirectoryError } from '../../ports/directory.ts';
import { PkiError } from '../../ports/pki.ts';
import { ProvisioningError } from './provisioning-error.ts';

/** As `whyItStopped`, of what Active Directory said. Pure. */
export function directoryRefusal({ code, evidence }: DirectoryError): {
  readonly code: ProvisionCode;
  readonly evidence: readonly string[];
} {
  if (code === 'directory_duplicate_spn') return { code: 'provisioning_duplicate_name', evidence };
  const { what, mend } = directoryReasons[code];
  return { code: 'provisioning_directory_refused', evidence: [`${code}: ${what} ${mend}`, ...evidence] };
}

/** The reason code and the evidence of what a step rejected with; `internal_error` for what is a mistake of ours. Pure. */
export function whyItStopped(error: unknown): { readonly code: OutcomeCode; readonly evidence: readonly string[] } {
  if (error instanceof ProvisioningError || error instanceof AmtError) return error;
  if (error instanceof PkiError) {
    const { what, mend } = pkiReasons[error.code];
    return {
      code: 'provisioning_certificate_not_given',
      evidence: [`${error.code}: ${what} ${mend}`, ...error.evidence],
    };
  }
  if (error instanceof DirectoryError) return directoryRefusal(error);
  if (error instanceof Error && 'code' in error && error.code === 'ERR_SECRET_KEY')
    return { code: 'provisioning_no_sealing_key', evidence: [error.message] };
  return { code: 'internal_error', evidence: [] };
}
