#!/usr/bin/env node
/** The `oob` command: installs what is missing, moves to the pinned Node.js, hands over to src/cli/index.ts. */
import { join } from 'node:path';
import { ensureInstalled, projectRoot, runNode } from './runtime.js';

ensureInstalled();
process.exitCode = await runNode([
  // The console page's script is TypeScript too; Node.js calls the stripping of its types experimental.
  '--disable-warning=ExperimentalWarning',
  join(projectRoot, 'src', 'cli', 'index.ts'),
  ...process.argv.slice(2),
]);
