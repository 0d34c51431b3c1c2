import { classifyAmt } from '../../discovery/amt-status.ts';
import { AmtError, type AmtFacts } from '../../ports/amt.ts';
import type { ProvisioningFacts } from '../../ports/provisioning/provisioning-store.ts';
import { everyday } from './everyday.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { SetupStep, StepWork } from './setup-step.ts';

/** Asks the PC, with its own account and no other, whether it is what it should be. */
const verify: SetupStep = {
  name: 'verify',
  kind: 'repeatable',
  async perform(work) {
    const { device, record } = work;
    const { facts, uuid, power } = await everyday(work, async (session) => ({
      facts: await session.readFacts(),
      uuid: await session.provisioning.setup.uuid(),
      power: (await session.readPower()).state,
    }));
    const wrong = [
      ...(facts.provisioningState === 'post'
        ? []
        : [`it says that it is not provisioned (${facts.provisioningState})`]),
      ...(record.mode === 'remote' && facts.controlMode === 'client' ? ['it is in client control mode'] : []),
      ...(uuid === null || device.uuid === undefined || uuid === device.uuid ? [] : [`its UUID is ${uuid}`]),
      ...(record.mode === 'remote' && (await letsFactoryIn(work))
        ? ['it still lets the account of the factory in']
        : []),
    ];
    if (wrong.length > 0) throw new ProvisioningError('provisioning_not_verified', wrong);
    return factsOf(facts, power);
  },
};

/** One log-in, which a PC that was given its own password refuses. */
async function letsFactoryIn(work: StepWork): Promise<boolean> {
  try {
    const { factoryAccount: _former, ...facts } = work.record.facts;
    const { access, signal } = work;
    await access.as('factory', facts, (session) => session.provisioning.setup.read(), signal);
    return true;
  } catch (error) {
    if (error instanceof AmtError && error.code === 'wrong_credentials') return false;
    throw error;
  }
}

function factsOf(facts: AmtFacts, power: number): ProvisioningFacts {
  const { amtVersion, tlsVersion, controlMode, certificateExpiresAt } = facts;
  return {
    amtVersion,
    tlsVersion,
    controlMode,
    power: String(power),
    ...(certificateExpiresAt ? { certificateUntil: certificateExpiresAt.toISOString() } : {}),
  };
}

/** What the rest of the service goes by: status and standing of the PC. */
const record: SetupStep = {
  name: 'record',
  kind: 'repeatable',
  async perform({ device, record: { facts }, deps: { statuses, standings, clock } }) {
    const at = clock.now();
    const controlMode = facts.controlMode === 'admin' || facts.controlMode === 'client' ? facts.controlMode : 'unknown';
    const standing = classifyAmt({
      presence: 'answers',
      wasSeen: true,
      provisioningState: 'post',
      account: 'accepted',
      certificate: 'ours',
      controlMode,
      inInventory: true,
    });
    await statuses.keep([{ deviceId: device.id, at, ...standing }]);
    await standings.keepStatus({
      deviceId: device.id,
      at,
      provisioningState: 'post',
      controlMode,
      certificateExpiresAt: facts.certificateUntil === undefined ? null : new Date(facts.certificateUntil),
      auditLogFullPercent: null,
    });
    return {};
  },
};

/** Proof, and what is written down of it. Of both modes. */
export const verifySteps: readonly SetupStep[] = [verify, record];
