/**
 * A whole site from nothing to managed, with real servers around the service: `npm run e2e:site`; with `-- --break` ten things break at
 * the end, with `--log FILE` what the service has written is kept. Ends 0 when all was proved, 1 when something was not, 2 when this machine lacks what it needs.
 */
import { parseArgs } from 'node:util';
import { missingHere } from './ground/needed.ts';
import { isInside, openLoopback, othersAlive, runInOwnSpace } from './ground/own-space.ts';
import { createReport } from './report.ts';
import { walkTheSite } from './walk.ts';

const out = (text: string) => void process.stdout.write(text);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { break: { type: 'boolean', default: false }, log: { type: 'string' } } });
  const options = { breaks: values.break, log: values.log ?? null };
  const missing = missingHere();
  if (missing.length > 0) {
    process.stderr.write(`e2e:site needs\n${missing.map((line) => `  ${line}\n`).join('')}`);
    return 2;
  }
  if (!isInside) {
    const code = await runInOwnSpace();
    if (code !== null) return code;
    out('No namespaces here: it runs on this machine’s loopback, whose addresses have to be free.\n');
  }
  if (isInside) await openLoopback();
  const report = createReport(out);
  const undo: (() => Promise<unknown>)[] = [];
  let failure: string | null = null;
  try {
    await walkTheSite(report, undo, options);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  for (const step of undo.reverse())
    await step().catch((error: unknown) => report.note(`could not be ended: ${String(error)}`));
  await report.prove('every process has ended', 'the process table', async () => {
    const alive = await othersAlive();
    if (alive.length > 0) throw new Error(alive.join(', '));
    return isInside ? 'none but this one' : 'those of this script, as it ended them';
  });
  return report.end(failure) ? 0 : 1;
}

process.exitCode = await main();
