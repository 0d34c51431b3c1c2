import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { must, runProgram } from './program.ts';

/** Set in the process that runs inside. */
const mark = 'OOB_E2E_INSIDE';
const spaces = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** True in the process that has network and process ids of its own. */
export const isInside = process.env[mark] === 'space';

/**
 * Runs this program again in network and process namespaces of its own, where no address is taken and nothing that is started can
 * outlive it. Resolves to its exit code; null where that cannot be had, so that it runs as it is.
 */
export async function runInOwnSpace(): Promise<number | null> {
  const { code } = await runProgram('unshare', [...spaces, 'true']).catch(() => ({ code: 1 }));
  if (code !== 0) return null;
  const child = spawn('unshare', [...spaces, process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: 'space' },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (ended) => resolve(ended ?? 143));
  });
}

/** The loopback of a new network namespace is down. */
export const openLoopback = (): Promise<string> => must('ip', ['link', 'set', 'lo', 'up']);

/** Other processes of the namespace that are still alive, as `pid command`. Nothing where there is none of our own. */
export async function othersAlive(): Promise<readonly string[]> {
  if (!isInside) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const [status, command] = await Promise.all([read('status'), read('cmdline')]);
      // Ended, and not collected by anybody: the first process of the namespace is this program.
      const isOver = status === '' || /^State:\s+[ZX]/m.test(status);
      return isOver ? [] : [`${pid} ${command.replaceAll('\0', ' ').trim()}`];
    }),
  );
  return found.flat();
}
