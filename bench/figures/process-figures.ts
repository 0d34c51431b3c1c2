import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts CPU time for user space in hundredths of a second (USER_HZ in proc(5)). */
const msPerTick = 10;

/** Most memory this process had resident, in MB (10^6 bytes). */
export function peakMemoryMb(): number {
  // Linux hands the peak of the process that forked to its child in getrusage; VmHWM begins anew with each program.
  const own = /^VmHWM:\s*(\d+) kB$/m.exec(textOf('/proc/self/status'))?.[1];
  return ((own === undefined ? process.resourceUsage().maxRSS : Number(own)) * 1_024) / 1e6;
}

/**
 * CPU time that the processes below `pid` have used so far, in ms, those that have ended included; `pid` itself is not.
 * Null where there is no /proc.
 */
export function descendantsCpuMs(pid: number): number | null {
  const childrenOf = new Map<number, { pid: number; ticks: number }[]>();
  const names = namesIn('/proc');
  if (names.length === 0) return null;
  for (const name of names) {
    // The program's name stands in parentheses and may hold anything, blanks and parentheses too.
    const stat = textOf(`/proc/${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, parent, ...rest] = fields;
    if (parent === undefined) continue;
    const ticks = rest.slice(9, 13).reduce((sum, text) => sum + Number(text), 0);
    const siblings = childrenOf.get(Number(parent)) ?? [];
    siblings.push({ pid: Number(name), ticks });
    childrenOf.set(Number(parent), siblings);
  }
  const below = (parent: number): number =>
    (childrenOf.get(parent) ?? []).reduce((sum, one) => sum + one.ticks + below(one.pid), 0);
  return below(pid) * msPerTick;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Empty when it can't be read: processes end while they are looked at. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
