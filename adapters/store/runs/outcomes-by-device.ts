import type { Outcome } from '../../../src/ports/runs/run-store.ts';
import { storableJson } from '../database/json.ts';

/** Outcomes as JSON by device id, so that a statement looks each up; of several of one device the first. */
export function outcomesByDevice(outcomes: readonly Outcome[]): string {
  return storableJson(Object.fromEntries(outcomes.toReversed().map((outcome) => [outcome.deviceId, outcome])));
}
