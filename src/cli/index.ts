import { readFileSync } from 'node:fs';
import { createCliActions } from './actions.ts';
import { runCli } from './run-cli.ts';

/** The `oob` command line, on the Node.js that the project pins. */
const surface = {
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
};
const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const version =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';

process.exitCode = await runCli(process.argv.slice(2), createCliActions(surface, process.env), { ...surface, version });
