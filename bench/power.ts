#!/usr/bin/env node
/** `npm run bench -- power`: what it takes to turn a fleet on, beside a bare undici loop and MeshCentral's AMT stack. */
import { presentOf } from './contest/meshcentral-folder.ts';
import { race } from './contest/race.ts';
import { lapLine } from './figures/figures.ts';
import { runBench, say } from './figures/run-bench.ts';
import { filesNeeded, openFilesProblem } from './fleet/open-files.ts';
import { type BenchOptions, readOptions, usage } from './power/options.ts';
import { resultTable } from './power/table.ts';

async function bench(asked: BenchOptions): Promise<void> {
  const { devices, concurrency } = asked;
  const problem = openFilesProblem(filesNeeded(devices, concurrency));
  if (problem !== null) throw new Error(problem);
  const options = { ...asked, contestants: presentOf(asked.contestants, say) };
  if (!options.markdown) say(`${devices} simulated PCs, ${concurrency} at a time, ${options.rounds} rounds`);
  const laps = await race(options, (lap, round) => {
    if (!options.markdown) say(lapLine(lap, round));
  });
  process.stdout.write(`${options.markdown ? '' : '\n'}${resultTable(options, laps)}`);
}

await runBench(readOptions, usage, bench);
