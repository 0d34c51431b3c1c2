#!/usr/bin/env node
/** `npm run bench -- power`: what it takes to turn a fleet on, beside a bare undici loop and MeshCentral's AMT stack. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { meshCentralFolder } from './power/meshcentral-folder.ts';
import { openFilesProblem } from './power/open-files.ts';
import { type BenchOptions, readOptions, usage } from './power/options.ts';
import { race } from './power/race.ts';
import { lapLine, resultTable } from './power/table.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

async function bench(asked: BenchOptions): Promise<void> {
  const { devices, concurrency } = asked;
  // One listener per device, and while one connection closes the next may be open.
  const problem = openFilesProblem(devices + 2 * concurrency);
  if (problem !== null) throw new Error(problem);
  const options = { ...asked, contestants: asked.contestants.filter(isPresent) };
  if (!options.markdown) say(`${devices} simulated PCs, ${concurrency} at a time, ${options.rounds} rounds`);
  const laps = await race(options, (lap, round) => {
    if (!options.markdown) say(lapLine(lap, round));
  });
  process.stdout.write(`${options.markdown ? '' : '\n'}${resultTable(options, laps)}`);
}

function isPresent(name: BenchOptions['contestants'][number]): boolean {
  if (name !== 'meshcentral' || existsSync(join(meshCentralFolder, 'amt.js'))) return true;
  say("MeshCentral's stack is missing and left out. To get it: node bin/run.js peers");
  return false;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(usage);
  else await bench(options);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
