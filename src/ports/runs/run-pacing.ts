/** How the tasks of one site are begun, and how often they are tried again. */
export interface SitePacing {
  /** How often a PC that did not answer is tried again. */
  readonly retries: number;
  readonly retryDelayMs: number;
  /** Commands before a pause, counted over all runs of the operation at the site; null: no pause. */
  readonly pauseAfter: number | null;
  readonly pauseMs: number;
  /** Most tasks under way at once in one subnet, whatever the number of runs; null: no cap. */
  readonly perSubnet: number | null;
}

/** How a run is paced; fixed when it starts. */
export interface RunPacing {
  /** By site; a site that is not here is not paced, and nothing is tried again. */
  readonly sites: Readonly<Record<string, SitePacing>>;
  /** By site: what has not been done there by then is ended as it stands. A site that is not here has no deadline. */
  readonly deadlines: Readonly<Record<string, Date>>;
}

/** When the tasks of a run may begin and where their devices are, in the order of the request's devices. */
export interface TaskPlaces {
  /** Milliseconds after the start of the run. */
  readonly startAfterMs: readonly number[];
  readonly subnets: readonly (string | null)[];
}

/** A failed task that is to be tried again. */
export interface Retry {
  /** Not before this moment. */
  readonly at: Date;
  /** The attempt that failed, as it was claimed: only that one is put back. */
  readonly attempt: number;
}

/** Tasks that wait for their next try. */
export interface Retrying {
  readonly devices: number;
  /** When the first of them is due. */
  readonly at: Date;
  /** The retry that is next for those that have had most: 1 for the first one. */
  readonly retry: number;
}

/** Why PCs whose wave is released are not begun yet. */
export interface HeldUp {
  /** Those whose start is set for later, with the first and the last of these times; null: there are none. */
  readonly later: { readonly devices: number; readonly firstAt: Date; readonly lastAt: Date } | null;
  /** Sites with PCs that could begin and that pause between commands, the first to go on first. */
  readonly pauses: readonly { readonly site: string; readonly until: Date }[];
}
