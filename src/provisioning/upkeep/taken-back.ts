import { dateTime } from '../../messages/format.ts';
import { AmtError, type AmtErrorCode, type AmtGateway } from '../../ports/amt.ts';
import type { ProvisioningStore } from '../../ports/provisioning/provisioning-store.ts';

/** How conversations fail with a PC that waits to be set up: it says so, is silent, ends them, or knows neither us nor our certificate. */
const likeUnprovisioned: ReadonlySet<AmtErrorCode> = new Set([
  'not_provisioned',
  'unreachable',
  'no_answer',
  'connection_refused',
  'plain_port_closed',
  'connection_dropped',
  'tls_failed',
  'certificate_changed',
  'certificate_untrusted',
  'wrong_credentials',
  'credential_missing',
]);

/**
 * A gateway that knows which PCs this service took back: where a conversation with one fails as with a PC that is not provisioned, it is
 * told so, with what was seen. It looks only when one failed; somebody else may have provisioned the PC since.
 */
export function tellingTakenBack(
  gateway: AmtGateway,
  provisionings: Pick<ProvisioningStore, 'get'>,
  timeZone: string,
): AmtGateway {
  return {
    async withDevice(endpoint, work, signal) {
      try {
        return await gateway.withDevice(endpoint, work, signal);
      } catch (error) {
        if (!(error instanceof AmtError) || !likeUnprovisioned.has(error.code)) throw error;
        // What failed is told in any case.
        const record = await provisionings.get(endpoint.deviceId).catch(() => null);
        if (record?.state !== 'removed') throw error;
        const { code, evidence, mayHaveActed } = error;
        const seen = code === 'not_provisioned' ? evidence : [...evidence, code];
        const told = [`taken back by this service ${dateTime(record.changedAt, timeZone)}`, ...seen];
        throw new AmtError('not_provisioned', told, { cause: error, mayHaveActed });
      }
    },
    close: () => gateway.close(),
  };
}
