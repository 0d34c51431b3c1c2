import { type DirectoryCheckName, directoryCheckMends } from '../checks/directory-checks.ts';
import { type ProvisioningCheckName, provisioningCheckMends } from '../checks/pki-checks.ts';
import { type PrerequisiteReasonCode, prerequisiteReasons } from '../checks/prerequisites.ts';
import { verifyMends } from '../checks/verify-mends.ts';
import { directoryReasons } from '../reasons/directory-reasons.ts';
import { pkiReasons } from '../reasons/pki-reasons.ts';
import { type ReasonCode, reasons } from '../reasons/reasons.ts';

/**
 * Which part of the service names a cause, and by which of its codes: a rule of `oob pki judge`, a reason of `oob prerequisites`, a check
 * of `oob directory verify`, an error of the directory or of certificates, a mend of `/oob verify`, and any other by a reason code of
 * cards (`reason`).
 */
export type Namer =
  | { readonly by: 'pki judge'; readonly code: ProvisioningCheckName }
  | { readonly by: 'prerequisites'; readonly code: PrerequisiteReasonCode }
  | { readonly by: 'directory verify'; readonly code: DirectoryCheckName }
  | { readonly by: 'directory'; readonly code: keyof typeof directoryReasons }
  | { readonly by: 'pki'; readonly code: keyof typeof pkiReasons }
  | { readonly by: 'verify'; readonly code: keyof typeof verifyMends }
  | { readonly by: 'why' | 'hosts new' | 'status' | 'provision' | 'outcome'; readonly code: ReasonCode };

/** What to do, from the registry of whoever names it: no mend is written twice. Pure. */
export function mendOf(namer: Namer): string {
  switch (namer.by) {
    case 'pki judge':
      return provisioningCheckMends[namer.code];
    case 'prerequisites':
      return prerequisiteReasons[namer.code].mend;
    case 'directory verify':
      return directoryCheckMends[namer.code];
    case 'directory':
      return directoryReasons[namer.code].mend;
    case 'pki':
      return pkiReasons[namer.code].mend;
    case 'verify':
      return verifyMends[namer.code];
    default:
      return reasons[namer.code].mend;
  }
}

/** Who names it, as a person would look for it: `/oob verify`, `oob pki judge: purpose`. Pure. */
export function namerWords({ by, code }: Namer): string {
  switch (by) {
    case 'pki judge':
    case 'directory verify':
      return `\`oob ${by}\`: ${code}`;
    case 'prerequisites':
      return `\`oob ${by}\`: \`${code}\``;
    case 'directory':
    case 'pki':
    case 'outcome':
      return `\`${code}\``;
    default:
      return `\`/oob ${by}\`: \`${code}\``;
  }
}
