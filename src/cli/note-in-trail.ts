import type { Store } from '../ports/store/store.ts';
import type { TrailKind } from '../ports/trail/trail-store.ts';

/** Writes into the trail what somebody does at the command line. */
export const noteInTrail =
  ({ trail }: Pick<Store, 'trail'>, kind: TrailKind) =>
  (data: Readonly<Record<string, unknown>>): Promise<void> =>
    trail.append([{ at: new Date(), kind, actor: 'command-line', requestId: null, data }]);
