/**
 * `npm ci` refuses a lock in which an optional package for another platform is missing, and npm leaves such packages out when its
 * registry does not have them (yet) while the lock is made. This adds them: version as their parent wants it, platform as their
 * name says; npm skips them on every other platform. Idempotent. Run after `npm install`: `node bin/run.js lock`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** True when a package at `from` would find `name`. */
function isFound(packages, from, name) {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (packages[`${base ? `${base}/` : ''}node_modules/${name}`]) return true;
    if (base === '') return false;
  }
}

/** Paths that were added to `lock`, which is changed in place. */
export function completeLock(lock) {
  const added = [];
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (isFound(lock.packages, path, name)) continue;
      const words = name.split(/[/-]/);
      const os = words.find((word) => systems.includes(word));
      const cpu = words.find((word) => processors.includes(word));
      if (!os || !cpu) continue;
      const libc = os !== 'linux' ? {} : { libc: [/musl/.test(name) ? 'musl' : 'glibc'] };
      lock.packages[`node_modules/${name}`] = {
        version,
        cpu: [cpu],
        ...(parent.dev ? { dev: true } : {}),
        ...libc,
        optional: true,
        os: [os],
      };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  return added;
}

/** Completes the lock file at `path` and says how many entries that took. */
export function completeLockFile(path) {
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const added = completeLock(lock);
  if (added.length > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  return added.length;
}
