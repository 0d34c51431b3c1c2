import { readFileSync } from 'node:fs';

/** Devices whose listeners one process of the fleet has. */
export const mostInOneProcess = 15_000;

/** Open files beside the sockets: libraries, the database's, the terminal. */
const others = 500;

/** Sockets in the process that has most of them: a listener per device, and while one connection closes the next may be open. */
export const filesNeeded = (devices: number, concurrency: number) =>
  Math.min(devices, mostInOneProcess) + 2 * concurrency;

/**
 * What is wrong with the limit of open files for that many sockets; null when it is enough or can't be known. Node.js
 * itself raises its limit to the hard one at start, so that one counts.
 */
export function openFilesProblem(sockets: number): string | null {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return null;
  }
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(text)?.[1];
  if (hard === undefined || Number(hard) >= sockets + others) return null;
  return `The fleet needs ${sockets + others} open files, this shell allows ${hard}. Raise it (ulimit -Hn), or take fewer --devices.`;
}
