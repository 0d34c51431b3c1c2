import type { AmtSession } from '../../ports/amt.ts';

/** Passwords that a PC is given. Each fit for Intel's rule: 8 to 32 characters of all four kinds. Secret. */
export interface SetupSecrets {
  readonly administrator: { readonly user: string; readonly password: string };
  readonly mebxPassword: string;
}

/**
 * How a step may be treated when its answer was lost. `repeatable`: done again it changes nothing. `one-shot`: never sent again before
 * it was found out whether it was done.
 */
export type StepKind = 'repeatable' | 'one-shot';

/** One step of setting a PC up over the network. */
export interface RemoteStep {
  readonly name: 'set-clock' | 'set-mebx-password' | 'set-administrator' | 'commit';
  readonly kind: StepKind;
  /** Which account the session has to have: that of the factory, or the one that set-administrator made. */
  readonly as: 'factory' | 'administrator';
  perform(session: AmtSession, secrets: SetupSecrets): Promise<void>;
  /**
   * Whether it was done, asked over a session of the account that has it done; null when the PC has no way to tell, so that it is to
   * be done again or left to a person.
   */
  wasDone(session: AmtSession): Promise<boolean | null>;
}

/** Seconds of drift from which on the clock is set. device-management-toolkit/rps */
const driftSeconds = 10;

/**
 * The steps of PKI remote configuration after the PC has accepted the chain, in their order. MEBx first, while the factory's account
 * still holds; the administrator's password last before the commit, for every later connection needs it. Intel AMT Implementation
 * and Reference Guide, "Remote configuration"; order of Ylianst/MeshCentral.
 */
export const remoteSteps: readonly RemoteStep[] = [
  {
    name: 'set-clock',
    kind: 'repeatable',
    as: 'factory',
    perform: async ({ deviceClock }) => {
      if (Math.abs(await deviceClock.readDriftSeconds()) > driftSeconds) await deviceClock.synchronise();
    },
    wasDone: async ({ deviceClock }) => Math.abs(await deviceClock.readDriftSeconds()) <= driftSeconds,
  },
  {
    name: 'set-mebx-password',
    // The same password again is no change; firmware tells nobody which one it has.
    kind: 'repeatable',
    as: 'factory',
    perform: ({ provisioning }, { mebxPassword }) => provisioning.setup.setMebxPassword(mebxPassword),
    wasDone: async () => null,
  },
  {
    name: 'set-administrator',
    // Done, the factory's account is gone: that the new one is let in proves it.
    kind: 'one-shot',
    as: 'factory',
    perform: ({ provisioning }, { administrator: { user, password } }) =>
      provisioning.setup.setAdministrator(user, password),
    wasDone: async ({ provisioning }) => (await provisioning.setup.administrator()).hasFactoryPassword === false,
  },
  {
    name: 'commit',
    kind: 'one-shot',
    as: 'administrator',
    perform: ({ provisioning }) => provisioning.setup.commit(),
    wasDone: async ({ provisioning }) => (await provisioning.setup.read()).provisioningState === 'post',
  },
];
