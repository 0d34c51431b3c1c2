import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The program dnsmasq, which answers what it was started with. */
export interface Dnsmasq {
  /** Ends it where it runs, starts it with these arguments, and waits until it is ready. */
  serve(args: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** In the network namespace of another process if there is one; it is not started. */
export function createDnsmasq(namespaceOf: number | null): Dnsmasq {
  let running: ChildProcess | null = null;
  const stop = async () => {
    const child = running;
    running = null;
    if (child) await ended(child);
  };
  return {
    async serve(args) {
      await stop();
      running = await startDnsmasq(namespaceOf, args);
    },
    stop,
  };
}

async function startDnsmasq(namespaceOf: number | null, args: readonly string[]): Promise<ChildProcess> {
  const own = [
    '--keep-in-foreground',
    '--log-facility=-',
    '--conf-file=/dev/null',
    '--pid-file=',
    '--user=root',
    ...args,
  ];
  const [program, all] =
    namespaceOf === null ? ['dnsmasq', own] : ['nsenter', ['-t', String(namespaceOf), '-n', 'dnsmasq', ...own]];
  const child = spawn(program, all, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (!line.includes('started, version')) continue;
    child.stderr.resume();
    return child;
  }
  throw new Error(`dnsmasq did not start: ${said.slice(-5).join(' | ')}`);
}

/** Ends a program that we started, and waits until it has. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  await over;
}
