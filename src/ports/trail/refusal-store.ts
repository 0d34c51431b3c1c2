import type { TrailEntry } from './trail-store.ts';

/** How many refusals of an hour become entries of the trail; the others are counted. */
export interface RefusalBounds {
  readonly perActor: number;
  /** Of all strangers together. Null for somebody who is known: of those there are only so many. */
  readonly ofAllStrangers: number | null;
}

/** Refusals, so that a flood of them cannot fill the trail and yet none is silent. */
export interface RefusalStore {
  /**
   * Counts the refusal and, within the bounds, appends its entry to the trail, in one transaction; the first one beyond a bound
   * appends a `refused_flood` entry instead. Durable when this resolves, to whether the entry itself was appended.
   */
  note(entry: TrailEntry, bounds: RefusalBounds): Promise<boolean>;
  /**
   * Ends the hours before that of `now`: for each actor with more refusals than entries one `refused_flood` entry with both counts.
   * Resolves to how many were appended. Of several processes one does it.
   */
  endHours(now: Date): Promise<number>;
}
