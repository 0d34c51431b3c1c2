/**
 * What must be true before any TypeScript of ours can run: the locked dependencies are installed, and the Node.js that
 * the project pins is used. Plain JavaScript for any Node.js from 20 on, without dependencies.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const wantedMajor = 24;
/** Where Node.js keeps what it compiled, types stripped: a start takes half as long. npm empties it with the dependencies. */
const compileCache = join(projectRoot, 'node_modules', '.cache', 'compiled');

/** True when node_modules holds what package-lock.json asks for (npm leaves its own copy of the lock there). */
function installed() {
  const mark = join(projectRoot, 'node_modules', '.package-lock.json');
  if (!existsSync(mark)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const have = packagesOf(mark);
  return Object.entries(packagesOf(join(projectRoot, 'package-lock.json'))).every(
    ([path, wanted]) => path === '' || wanted.optional || wanted.dev || have[path]?.version === wanted.version,
  );
}

/** Installs the locked dependencies once. Exits with npm's code when that fails, for nothing can run without them. */
export function ensureInstalled({ dev = false } = {}) {
  const devMissing = dev && !existsSync(join(projectRoot, 'node_modules', 'jest'));
  if (installed() && !devMissing) return;
  process.stderr.write('oob: installing the locked dependencies (npm ci), once ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: projectRoot,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    process.stderr.write('oob: npm ci failed. Check the network or the npm registry setting, then run this again.\n');
    process.exit(done.status ?? 1);
  }
}

/** Path of a Node.js of the wanted major version: this process, else the binary that came with the dependencies. */
export function pinnedNode() {
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  const require = createRequire(join(projectRoot, 'package.json'));
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const root = dirname(require.resolve(`node-${platform}-${process.arch}/package.json`));
    return join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    process.stderr.write(
      `oob: Node.js ${wantedMajor} or later is needed, this is ${process.version}, and no pinned binary is known for ` +
        `${process.platform} ${process.arch}. Install Node.js ${wantedMajor} and run this again.\n`,
    );
    return process.exit(1);
  }
}

/** Runs `node args` on the pinned Node.js with this terminal, hands signals on, resolves to the exit code. */
export function runNode(args, env = {}) {
  const child = spawn(pinnedNode(), args, {
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...env },
  });
  // A terminal's Ctrl-C reaches the whole group; a supervisor's signal reaches only us.
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  process.on('SIGINT', () => {});
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
