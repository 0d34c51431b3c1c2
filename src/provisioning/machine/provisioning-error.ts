import type { ProvisionCode } from '../../messages/provisioning/provision-reasons.ts';

/** Why a provisioning may not begin, or stopped. `code` is a reason of the registry; `evidence` are facts fit for people, one line each. */
export class ProvisioningError extends Error {
  readonly code: ProvisionCode;
  readonly evidence: readonly string[];

  constructor(code: ProvisionCode, evidence: readonly string[] = [], options: { cause?: unknown } = {}) {
    super(evidence.length > 0 ? `${code}: ${evidence.join('; ')}` : code, options);
    this.name = 'ProvisioningError';
    this.code = code;
    this.evidence = evidence;
  }
}
