/** Time as the core sees it. Injected, so that a test decides what time it is. */
export interface Clock {
  /** The current instant. */
  now(): Date;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Makes ids that sort by nothing and can't be guessed: `req_`, `run_`, `dev_`, `act_` ... and 22 characters. */
export type NewId = (prefix: string) => string;
