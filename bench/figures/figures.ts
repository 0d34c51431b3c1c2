import { contestantTitles } from '../contest/contestants.ts';
import type { Lap, RaceOptions } from '../contest/race.ts';

/** Round trips that turning one PC on takes at least: challenge, state, command, state. */
export const roundTrips = 4;

/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which this share of them lies (0 to 1), by the nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Least time that the wire alone takes, in seconds: round trips x latency / concurrency. Null without latency. */
export function idealSeconds({
  devices,
  concurrency,
  latencyMs,
}: Pick<RaceOptions, 'devices' | 'concurrency' | 'latencyMs'>): number | null {
  if (latencyMs === 0) return null;
  return (Math.ceil(devices / Math.min(concurrency, devices)) * roundTrips * latencyMs) / 1_000;
}

/** One lap in a line, for the terminal while the benchmark runs. */
export function lapLine(lap: Lap, round: number): string {
  const { wallMs, cpuMs, peakMb, fleet } = lap;
  return (
    `  round ${round}  ${contestantTitles[lap.contestant].padEnd(34)}${(wallMs / 1_000).toFixed(2).padStart(8)} s wall` +
    `${(cpuMs / 1_000).toFixed(2).padStart(8)} s CPU${peakMb.toFixed(0).padStart(6)} MB` +
    `   (fleet ${(fleet.cpuMs / 1_000).toFixed(2)} s CPU)`
  );
}
