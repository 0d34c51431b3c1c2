#!/usr/bin/env node
/** The project's own chores behind npm scripts: test, check, bench, e2e:site, format. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { completeLockFile } from './complete-lock.js';
import { ensureInstalled, projectRoot, runNode } from './runtime.js';

const bin = (...path) => join(projectRoot, 'node_modules', ...path);
const [chore = '', ...rest] = process.argv.slice(2);

/** Programs of others that the tests in test/real talk to. Never part of the product, so not among its dependencies. */
const peers = ['meshcentral@1.1.55', '@device-management-toolkit/wsman-messages@5.14.1'];

/** @type {Record<string, (rest: string[]) => Promise<number>>} */
const chores = {
  test: (more) =>
    runNode([
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      bin('jest', 'bin', 'jest.js'),
      ...more,
    ]),
  types: (more) => runNode([bin('typescript', 'bin', 'tsc'), '-p', '.', ...more]),
  lint: (more) => runNode([bin('@biomejs', 'biome', 'bin', 'biome'), 'check', ...more]),
  format: (more) => runNode([bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '--write', ...more]),
  unused: (more) => runNode([bin('knip', 'bin', 'knip.js'), ...more]),
  bench: ([name = 'power', ...more]) => runNode([join(projectRoot, 'bench', `${name}.ts`), ...more]),
  'e2e:site': (more) => runNode([join(projectRoot, 'test', 'e2e', 'full-site', 'main.ts'), ...more]),
  lock: async () => {
    process.stderr.write(
      `${completeLockFile(join(projectRoot, 'package-lock.json'))} entries added to package-lock.json\n`,
    );
    return 0;
  },
  peers: async () => {
    const args = [
      'install',
      '--prefix',
      '.peers',
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      ...peers,
    ];
    return spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
  },
  check: async () => {
    for (const step of ['lint', 'types', 'unused', 'test']) {
      process.stderr.write(`-- ${step}\n`);
      const code = await chores[step]([]);
      if (code !== 0) return code;
    }
    return 0;
  },
};

const run = chores[chore];
if (!run) {
  process.stderr.write(`Usage: node bin/run.js ${Object.keys(chores).join(' | ')}\n`);
  process.exit(2);
}
process.chdir(projectRoot);
ensureInstalled({ dev: true });
process.exitCode = await run(rest);
