import type { Clock } from '../ports/clock.ts';
import type { TrailAnchors } from '../ports/trail/trail-anchors.ts';
import type { TrailStore } from '../ports/trail/trail-store.ts';

/** Notes the trail's last entry outside the database, when there is a new one since the last note. */
export function createTrailAnchoring(deps: {
  readonly trail: TrailStore;
  readonly anchors: TrailAnchors;
  readonly clock: Clock;
}): () => Promise<void> {
  let noted = 0;
  return async () => {
    const head = await deps.trail.head();
    if (!head || head.sequence === noted) return;
    await deps.anchors.append({ at: deps.clock.now(), ...head });
    noted = head.sequence;
  };
}
