import type { Cut, Sites } from './digests/digest-store.ts';

/** A password that was set so long ago. */
export interface AgedPassword {
  /** What it opens: the name of a credential, or of a PC. */
  readonly of: string;
  /** Where it is kept, or the PC's site. */
  readonly where: string;
  readonly setAt: Date;
}

/** How old passwords are that are kept in one place. */
export interface PasswordAges {
  /** How many there are. */
  readonly total: number;
  /** Those set before the time that was asked for, the oldest first. */
  readonly due: Cut<AgedPassword>;
  /** Those whose age nobody knows, with why. */
  readonly unknown: readonly { readonly of: string; readonly why: string }[];
}

/** Asks one place for passwords set before `before`; `sites` where it keeps them by PC. At most `limit` of them. Never tells a password. */
export type PasswordAgeSource = (before: Date, sites: Sites, limit: number) => Promise<PasswordAges>;
