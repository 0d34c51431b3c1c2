import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** iproute2's program. */
const ipProgram = 'ip';

/** A network of its own behind a virtual cable: here 10.77.0.1/24, there 10.77.0.2. Linux, root and iproute2 are needed. */
export interface OtherNetwork {
  /** The interface on this side. */
  readonly interface: string;
  /** Receives on these UDP ports there; resolves once it listens. */
  receive(ports: readonly number[]): Promise<{ take(count: number): Promise<readonly string[]> }>;
  close(): void;
}

/** Why there can be none here; null: there can. */
export function whyNoOtherNetwork(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are a matter of Linux';
  if (process.getuid?.() !== 0) return 'run as root to make a network namespace';
  try {
    execFileSync(ipProgram, ['netns', 'list'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'install iproute2';
  }
}

/** Makes it. */
export function createOtherNetwork(): OtherNetwork {
  const space = `oob-wol-${process.pid}`;
  const here = `wol${process.pid % 100_000}a`;
  const there = `wol${process.pid % 100_000}b`;
  const ip = (...args: string[]) => execFileSync(ipProgram, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const started: { readonly kill: () => void }[] = [];
  const close = () => {
    for (const each of started) each.kill();
    ip('netns', 'delete', space);
  };
  ip('netns', 'add', space);
  try {
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space);
    ip('address', 'add', '10.77.0.1/24', 'broadcast', '10.77.0.255', 'dev', here);
    ip('link', 'set', here, 'up');
    ip('-n', space, 'address', 'add', '10.77.0.2/24', 'broadcast', '10.77.0.255', 'dev', there);
    ip('-n', space, 'link', 'set', there, 'up');
  } catch (error) {
    close();
    throw error;
  }
  return {
    interface: here,
    async receive(ports) {
      const script = fileURLToPath(new URL('receiver.ts', import.meta.url));
      const args = ['netns', 'exec', space, process.execPath, script, ...ports.map(String)];
      const child = spawn(ipProgram, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      started.push({ kill: () => child.kill() });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      await lines.next();
      return {
        async take(count) {
          const taken: string[] = [];
          while (taken.length < count) taken.push(String((await lines.next()).value));
          return taken;
        },
      };
    },
    close,
  };
}
