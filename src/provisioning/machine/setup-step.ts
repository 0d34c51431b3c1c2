import type { AmtSession } from '../../ports/amt.ts';
import type { Provisioning, ProvisioningFacts, ProvisioningStep } from '../../ports/provisioning/provisioning-store.ts';
import type { Device } from '../../ports/store/inventory-store.ts';
import type { StepKind } from '../remote/remote-steps.ts';
import type { MachineDeps } from './machine-deps.ts';

/** Whose account: that of the factory (or of the PC's own operating system), or the administrator that we make. */
export type SetupAccount = 'factory' | 'administrator';

/** A way to a PC that is being set up, until it is reached as every other PC is. */
export interface SetupAccess {
  /**
   * Finds the PC and lets it look at us, before any password is sent; what later connections are held to is among the facts. Only
   * where a PC is set up over the network. Repeatable.
   */
  readonly meet?: (signal: AbortSignal) => Promise<ProvisioningFacts>;
  /** A conversation as one of the accounts. `facts` are those of the record as it is now. */
  as<T>(
    account: SetupAccount,
    facts: ProvisioningFacts,
    work: (session: AmtSession) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
}

/** What a step works with. */
export interface StepWork {
  /** As it stands before the step. */
  readonly record: Provisioning;
  readonly device: Device;
  readonly deps: MachineDeps;
  readonly access: SetupAccess;
  readonly signal: AbortSignal;
  /** `access` with the facts of the record. */
  as<T>(account: SetupAccount, work: (session: AmtSession) => Promise<T>): Promise<T>;
  /** Writes down facts before the step is over, so that they outlive a crash. */
  kept(facts: ProvisioningFacts): Promise<void>;
}

/** One step of provisioning a PC. */
export interface SetupStep {
  readonly name: ProvisioningStep;
  /** `repeatable`: done again it changes nothing. `one-shot`: never sent again before it was found out whether it was done. */
  readonly kind: StepKind;
  /** Why this PC does without it; null: it does not. Kept with the record. */
  notNeeded?(work: StepWork): string | null;
  /** Does it; resolves to what was found out. Rejects with AmtError, PkiError, DirectoryError or ProvisioningError. */
  perform(work: StepWork): Promise<ProvisioningFacts>;
  /** For one-shot steps: whether it was done, asked first of the account that has it done; null when the PC can't tell. */
  wasDone?(work: StepWork): Promise<boolean | null>;
}
