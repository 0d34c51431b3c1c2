import { AmtError } from '../../../src/ports/amt.ts';
import { AmtFault } from '../errors.ts';
import type { Wsman } from '../wsman/client.ts';
import { readProvisioningState } from './setup.ts';

/**
 * Runs `work`; when the firmware refuses permission, finds out whether that is because the device is not provisioned, which
 * calls for something else than another account. One more request, in this case only.
 */
export async function explainRefusal<T>(wsman: Wsman, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AmtFault) || error.code !== 'not_permitted') throw error;
    const state = await readProvisioningState(wsman).catch(() => 'unknown' as const);
    if (state !== 'pre' && state !== 'in') throw error;
    const evidence = [`provisioning state: ${state}`, ...error.evidence];
    throw new AmtError('not_provisioned', evidence, { cause: error });
  }
}
