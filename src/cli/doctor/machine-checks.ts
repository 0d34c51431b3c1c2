import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../config/error-code.ts';
import { type DoctorCheck, finding } from '../doctor.ts';

const wantedMajor = 24;

/** Node.js is one that runs TypeScript without a build. */
export function nodeCheck(version: string): DoctorCheck {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  return {
    name: 'Node.js',
    run: async () =>
      major >= wantedMajor
        ? finding.ok(version)
        : finding.fail(version, `Node.js ${wantedMajor} or later is needed; \`npx oob\` brings its own.`),
  };
}

const hourMs = 3_600_000;

/** The clock is not behind the files of this installation: certificates and approvals hang on it. */
export function clockCheck(now: () => Date, ...files: readonly string[]): DoctorCheck {
  return {
    name: 'clock',
    async run() {
      const looked = await Promise.all([import.meta.filename, ...files].map((file) => stat(file).catch(() => null)));
      const newest = Math.max(0, ...looked.map((entry) => entry?.mtimeMs ?? 0));
      const at = now();
      const shown = at.toISOString();
      const mend = 'Set the clock, best by NTP: certificates, approvals and the trail go by it.';
      if (at.getTime() < newest - hourMs) {
        return finding.fail(
          `${shown}, which is before files that are here already (${new Date(newest).toISOString()})`,
          mend,
        );
      }
      return at.getUTCFullYear() >= 2100 ? finding.fail(shown, mend) : finding.ok(shown);
    },
  };
}

/** The nearest of the path and what is above it that exists. */
async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  const above = dirname(path);
  return found || above === path ? path : nearestExisting(above);
}

/** The data directory is there, or can be made; the service may write to it, and nobody else reads it. */
export function dataDirectoryCheck(directory: string, ownDatabaseElsewhere: boolean): DoctorCheck {
  return {
    name: 'data directory',
    async run() {
      const existing = await nearestExisting(directory);
      const entry = await stat(existing);
      if (!entry.isDirectory())
        return finding.fail(`${existing} is not a directory`, 'Move it away, or name another service.dataDirectory.');
      try {
        await access(existing, constants.W_OK | constants.X_OK);
      } catch (error) {
        return finding.fail(
          `${existing} may not be written (${errorCode(error) ?? 'unknown cause'})`,
          'Give it to the user of the service, or name another service.dataDirectory.',
        );
      }
      if (existing !== directory) return finding.ok(`${directory} is made at the first start`);
      const mode = (entry.mode & 0o777).toString(8).padStart(3, '0');
      if (process.platform !== 'win32' && (entry.mode & 0o022) !== 0) {
        return finding.fail(`${directory} (mode ${mode}) may be written by others`, `chmod 700 ${directory}`);
      }
      if (process.platform !== 'win32' && (entry.mode & 0o055) !== 0) {
        return finding.warn(`${directory} (mode ${mode}) may be read by others`, `chmod 700 ${directory}`);
      }
      return finding.ok(
        `${directory} (mode ${mode})${ownDatabaseElsewhere ? '; the database is at DATABASE_URL' : ''}`,
      );
    },
  };
}

const leastBytes = 200 * 1_048_576;
const comfortableBytes = 1_024 * 1_048_576;

/** There is room for the database to grow. */
export function diskSpaceCheck(directory: string): DoctorCheck {
  return {
    name: 'disk space',
    async run() {
      const { bavail, bsize } = await statfs(await nearestExisting(directory));
      const free = bavail * bsize;
      const found = `${Math.floor(free / 1_048_576).toLocaleString('en-US')} MiB free at ${directory}`;
      const mend = 'Make room: a full disk stops the database, and then everything is refused.';
      if (free < leastBytes) return finding.fail(found, mend);
      return free < comfortableBytes ? finding.warn(found, mend) : finding.ok(found);
    },
  };
}

/** Files that are open besides the connections to devices: database, chat, logs, the runtime's own. */
const otherFiles = 200;

/** The process may hold as many connections as the configuration allows. Linux tells; elsewhere nothing is said. */
export function openFilesCheck(connections: number): DoctorCheck {
  return {
    name: 'open files',
    async run() {
      const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
      const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
      if (hard === undefined) return finding.ok('this system does not tell its limit');
      const limit = hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
      const found = `${hard} allowed, ${connections} connections to devices configured`;
      return limit >= connections + otherFiles
        ? finding.ok(found)
        : finding.fail(
            found,
            `Raise the limit (ulimit -n, or LimitNOFILE= in the unit) to ${connections + otherFiles}, or lower amt.connections.`,
          );
    },
  };
}
