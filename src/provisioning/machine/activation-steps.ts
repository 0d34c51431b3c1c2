import { AmtError } from '../../ports/amt.ts';
import type { DeviceSecretKind } from '../../ports/provisioning/device-secrets.ts';
import { type RemoteStep, remoteSteps, type SetupSecrets } from '../remote/remote-steps.ts';
import { ProvisioningError } from './provisioning-error.ts';
import type { SetupAccount, SetupStep, StepWork } from './setup-step.ts';

/** Name of the administrator. Firmware has no other one. */
const administratorUser = 'admin';

/** New passwords, sealed and on disk before the PC is given one of them. Of both modes. */
export const keepSecrets: SetupStep = {
  name: 'keep-secrets',
  kind: 'repeatable',
  async perform({ device, deps: { secrets, newPassword, clock } }) {
    const propose = (kind: DeviceSecretKind, user: string) =>
      secrets.propose(device.id, kind, { user, password: newPassword() }, clock.now());
    await propose('administrator', administratorUser);
    await propose('mebx', '');
    return {};
  },
};

/** The passwords that the PC is given: those proposed, or, once it has them, those in force. */
export async function secretsOf({ device, deps }: StepWork): Promise<SetupSecrets> {
  const secretOf = async (kind: DeviceSecretKind) => {
    const secret = (await deps.secrets.proposed(device.id, kind)) ?? (await deps.secrets.inForce(device.id, kind));
    if (!secret) throw new ProvisioningError('provisioning_no_sealing_key', [`no ${kind} password is kept for it`]);
    return secret;
  };
  const { user, password } = await secretOf('administrator');
  return { administrator: { user, password }, mebxPassword: (await secretOf('mebx')).password };
}

/** Finds the PC, shows it the provisioning certificate, and has it judge that, before any password is sent. */
const meet: SetupStep = {
  name: 'meet',
  kind: 'repeatable',
  async perform({ access, signal }) {
    if (!access.meet) throw new TypeError('this way to the PC begins otherwise');
    return access.meet(signal);
  },
};

/**
 * One of the steps of remote configuration, over a session of its account, or of `by`. `given`: the passwords that the PC has once it is
 * done.
 */
export function remoteStep(
  name: RemoteStep['name'],
  given: readonly DeviceSecretKind[] = [],
  by?: SetupAccount,
): SetupStep {
  const step = remoteSteps.find((each) => each.name === name);
  if (!step) throw new TypeError(`there is no step ${name}`);
  const confirm = async ({ deps: { secrets, clock }, device }: StepWork) => {
    for (const kind of given) await secrets.confirm(device.id, kind, clock.now());
  };
  return {
    name,
    kind: step.kind,
    async perform(work) {
      const secrets = await secretsOf(work);
      await work.as(by ?? step.as, (session) => step.perform(session, secrets));
      await confirm(work);
      return {};
    },
    async wasDone(work) {
      const done = await asked(work, step);
      if (done) await confirm(work);
      return done;
    },
  };
}

/** Asked as the administrator: whoever is not let in as such has no new password yet. */
async function asked(work: StepWork, step: RemoteStep): Promise<boolean | null> {
  try {
    return await work.as('administrator', (session) => step.wasDone(session));
  } catch (error) {
    if (error instanceof AmtError && error.code === 'wrong_credentials') return false;
    throw error;
  }
}

/** Makes what was set take effect. Of both modes. */
export const commit: SetupStep = remoteStep('commit');

/** How a PC over the network comes to obey us, before it is secured. */
export const remoteActivation: readonly SetupStep[] = [
  meet,
  keepSecrets,
  remoteStep('set-clock'),
  remoteStep('set-mebx-password'),
  // Both now: until here the former MEBx password may be what lets us in.
  remoteStep('set-administrator', ['mebx', 'administrator']),
];
