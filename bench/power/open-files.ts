import { readFileSync } from 'node:fs';

/** Open files beside the sockets: libraries, the database's, the terminal. */
const others = 500;

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
