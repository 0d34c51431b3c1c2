/** One reason: what happened, and what to do about it. `what` is a whole sentence; evidence is added where it is shown. */
export interface Reason {
  /** `refused`: a request was not taken. `failed`: a device's task went wrong. `ended`: it went well or was left alone. */
  readonly kind: 'refused' | 'failed' | 'ended';
  readonly what: string;
  /** What the reader can do; empty when there is nothing to mend. */
  readonly mend: string;
  /** What the people who run the service look at; missing when they need not do anything. */
  readonly operator?: string;
}

/** A device's task went wrong. */
export const failed = (what: string, mend: string, operator?: string): Reason => ({
  kind: 'failed',
  what,
  mend,
  ...(operator === undefined ? {} : { operator }),
});

/** A request was not taken. */
export const refused = (what: string, mend: string, operator?: string): Reason => ({
  kind: 'refused',
  what,
  mend,
  ...(operator === undefined ? {} : { operator }),
});

/** It went well or was left alone. */
export const ended = (what: string): Reason => ({ kind: 'ended', what, mend: '' });
