import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetFigures } from '../fleet/lab-process.ts';
import { type BenchLabs, startBenchLabs } from '../fleet/labs.ts';
import { type RunFigures, runContestant } from './contestant-process.ts';
import type { ContestantName } from './contestants.ts';

/** One run of one contestant, and what the fleet saw of it. */
export interface Lap extends RunFigures {
  readonly contestant: ContestantName;
  readonly fleet: FleetFigures;
}

/** What a race is about. */
export interface RaceOptions {
  readonly devices: number;
  /** Devices that are spoken with at a time. */
  readonly concurrency: number;
  /** Time before each reply of a device, in milliseconds. */
  readonly latencyMs: number;
  readonly rounds: number;
  readonly tls: boolean;
  /** In the order of the first round. */
  readonly contestants: readonly ContestantName[];
  /** One contestant's run may take this long, in milliseconds. */
  readonly limitMs: number;
  /** Directory for CPU profiles of the contestants, for `--cpu-prof-dir`; null: none are made. */
  readonly profileDirectory: string | null;
  /** Milliseconds between commands that somebody types while the service works, to see how fast they are taken; null: nobody types. */
  readonly typingMs: number | null;
}

/** Runs every contestant `rounds` times against the same fleet, all PCs off at each start. */
export async function race(options: RaceOptions, onLap: (lap: Lap, round: number) => void): Promise<readonly Lap[]> {
  const directory = await mkdtemp(join(tmpdir(), 'oob-bench-'));
  // As root the database runs as another user, who has to pass through; there is no secret in here.
  await chmod(directory, 0o711);
  let lab: BenchLabs | null = null;
  try {
    lab = await startBenchLabs(options, directory);
    const laps: Lap[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const contestant of orderOf(options.contestants, round)) {
        const lap = await runLap(contestant, lab, options, join(directory, `${contestant}-${round}`));
        laps.push(lap);
        onLap(lap, round);
      }
    }
    return laps;
  } finally {
    await lab?.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Forwards in odd rounds, backwards in even ones, so that nobody always runs on the warmer machine. */
const orderOf = (contestants: readonly ContestantName[], round: number) =>
  round % 2 === 1 ? contestants : contestants.toReversed();

async function runLap(
  contestant: ContestantName,
  lab: BenchLabs,
  options: RaceOptions,
  directory: string,
): Promise<Lap> {
  const { concurrency, tls, devices } = options;
  await mkdir(directory);
  await lab.reset();
  const before = await lab.figures();
  try {
    const figures = await runContestant(contestant, { ...lab.course, concurrency, tls, directory }, options);
    const fleet = await lab.figures();
    if (fleet.devicesOn !== devices) throw new Error(`${fleet.devicesOn} of ${devices} PCs are on`);
    return { contestant, ...figures, fleet: { ...fleet, cpuMs: fleet.cpuMs - before.cpuMs } };
  } catch (error) {
    throw new Error(`${contestant}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
