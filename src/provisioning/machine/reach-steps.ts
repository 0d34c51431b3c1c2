import { AmtError } from '../../ports/amt.ts';
import { deviceCredentialName } from '../../ports/provisioning/device-secrets.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { setupTlsOf } from '../setup-tls.ts';
import { everyday } from './everyday.ts';
import { ProvisioningError } from './provisioning-error.ts';
import { fqdnOf } from './secure-steps.ts';
import type { SetupStep } from './setup-step.ts';

/** From here on AMT has no connections without TLS any more. Intel AMT release notes, CSME 16.1. */
const firstWithoutPlain = 16.1;

/** Firmware that shows no certificate of its own making has closed its TLS port with the commit. */
function asTlsLacking(error: unknown, { certificateId, amtVersion = '' }: ProvisioningFacts): ProvisioningError | null {
  const isClosed = error instanceof AmtError && error.code === 'connection_refused';
  if (!isClosed || certificateId !== undefined || Number.parseFloat(amtVersion) >= firstWithoutPlain) return null;
  return new ProvisioningError('provisioning_without_tls', error.evidence, { cause: error });
}

/** From here on the PC is reached as every other one, with its own account. Of both modes. */
export const reachSteps: readonly SetupStep[] = [
  {
    name: 'reach',
    kind: 'repeatable',
    async perform(work) {
      const { device, record, deps } = work;
      const { fingerprint, factoryFingerprint } = record.facts;
      const certificateFingerprint = fingerprint ?? factoryFingerprint;
      if (certificateFingerprint === undefined)
        throw new ProvisioningError('provisioning_not_verified', ['the certificate that it shows is not known']);
      const fqdn = fqdnOf(device, record.facts);
      const reach = {
        tls: setupTlsOf(record.facts),
        certificateFingerprint,
        credential: deviceCredentialName(device.id),
        port: device.port,
        ...(fqdn === null ? {} : { fqdn }),
      };
      await deps.inventory.setReach(device.id, reach, deps.clock.now());
      await everyday(work, (session) => session.readFacts()).catch((error: unknown) => {
        throw asTlsLacking(error, record.facts) ?? error;
      });
      return {};
    },
  },
  {
    name: 'activate-certificate',
    kind: 'repeatable',
    notNeeded: ({ record }) => (record.facts.certificateId === undefined ? 'it has no certificate of ours' : null),
    async perform(work) {
      // Reached by this certificate and no other, so it shows it.
      await everyday(work, async (session) => work.deps.blocks.certificates?.activated(session, work.record.facts));
      return {};
    },
  },
];
