import { powerWord } from '../messages/format.ts';
import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { ExcludedDevice } from '../ports/store/request-store.ts';

/** So many devices of a kind. */
export interface Tally {
  readonly name: string;
  readonly devices: number;
}

/** What a plan looks like from afar; kept with its request, so that a card needs no device list. */
export interface PlanSummary {
  /** Most first. */
  readonly bySite: readonly Tally[];
  /** By the power state last seen, in words, most first. */
  readonly byPower: readonly Tally[];
  /** By the reason for which they are left out, most first. */
  readonly leftOut: readonly Tally[];
  /** Sizes of the waves that the run will have. */
  readonly waves: readonly number[];
  readonly hasCanary: boolean;
  /** About how long the run will take, in milliseconds; null where it starts at once. */
  readonly estimateMs: number | null;
  /** What of the policy led to the step of the ladder, for people. */
  readonly rules: readonly string[];
}

/** Counts a plan's devices. Pure. */
export function countPlan(
  devices: readonly TargetDevice[],
  excluded: readonly ExcludedDevice[],
): Pick<PlanSummary, 'bySite' | 'byPower' | 'leftOut'> {
  return {
    bySite: tally(devices.map((device) => device.site)),
    byPower: tally(devices.map((device) => powerWord(device.powerState))),
    leftOut: tally(excluded.map(({ because, code }) => because || code)),
  };
}

/** The site of a plan's devices when they share one. Pure. */
export function sharedSite({ bySite }: Pick<PlanSummary, 'bySite'>): string | null {
  const [first, ...others] = bySite;
  return first && others.length === 0 ? first.name : null;
}

function tally(names: readonly string[]): readonly Tally[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, devices]) => ({ name, devices }))
    .sort((a, b) => b.devices - a.devices || (a.name < b.name ? -1 : 1));
}
