#!/usr/bin/env node
/** `npm run bench -- wave`: a wake-up of a whole fleet at several sizes, with people typing meanwhile. */
import { presentOf } from './contest/meshcentral-folder.ts';
import { type Lap, race } from './contest/race.ts';
import { lapLine } from './figures/figures.ts';
import { runBench, say } from './figures/run-bench.ts';
import { filesNeeded, openFilesProblem } from './fleet/open-files.ts';
import { readOptions, usage, type WaveOptions } from './wave/options.ts';
import { waveTable } from './wave/table.ts';

async function bench(asked: WaveOptions): Promise<void> {
  const problem = openFilesProblem(filesNeeded(Math.max(...asked.sizes), asked.concurrency));
  if (problem !== null) throw new Error(problem);
  const options = { ...asked, contestants: presentOf(asked.contestants, say) };
  const bySize = new Map<number, readonly Lap[]>();
  for (const devices of options.sizes) {
    const contestants = devices === options.compareAt ? options.contestants : (['service'] as const);
    if (!options.markdown) say(`${devices} simulated PCs, ${options.concurrency} at a time, ${options.rounds} rounds`);
    const laps = await race({ ...options, devices, contestants }, (lap, round) => {
      if (!options.markdown) say(lapLine(lap, round));
    });
    bySize.set(devices, laps);
  }
  process.stdout.write(`${options.markdown ? '' : '\n'}${waveTable(options, bySize)}`);
}

await runBench(readOptions, usage, bench);
