import { execFile } from 'node:child_process';
import { connect, isIP } from 'node:net';
import type { Presence, PresenceProbe, PresenceQuestion } from '../../src/ports/network/presence.ts';

/** What one look gave. */
interface Sign {
  readonly isUp: boolean;
  readonly by: string;
  readonly seen: string;
}

/** Looks by TCP connections and by the system's `ping`, for raw sockets need rights that the service has no use for. */
export function createPresenceProbe(options: { readonly pingProgram?: string } = {}): PresenceProbe {
  const { pingProgram = 'ping' } = options;

  return {
    async look(question, signal) {
      signal.throwIfAborted();
      const over = new AbortController();
      const stop = AbortSignal.any([signal, over.signal]);
      const looks = [
        ...question.tcpPorts.map((port) => knock(question, port, stop)),
        ...(question.ping ? [ping(pingProgram, question, stop)] : []),
      ];
      try {
        const first = await firstUp(looks);
        signal.throwIfAborted();
        if (first) return { isUp: true, by: first.by, evidence: [first.seen] };
        return silence(await Promise.all(looks));
      } finally {
        over.abort();
      }
    },
  };
}

/** The first sign of life; null when every look ended without one. */
function firstUp(looks: readonly Promise<Sign>[]): Promise<Sign | null> {
  return new Promise((resolve) => {
    const all = looks.map(async (look) => {
      const sign = await look;
      if (sign.isUp) resolve(sign);
    });
    void Promise.all(all).then(() => resolve(null));
  });
}

const silence = (signs: readonly Sign[]): Presence => ({
  isUp: false,
  by: null,
  evidence: signs.length > 0 ? signs.map(({ seen }) => seen) : ['there is nothing to look at'],
});

/** A TCP connection, closed as soon as it stands. */
function knock(question: PresenceQuestion, port: number, signal: AbortSignal): Promise<Sign> {
  const { host, refusedCounts, timeoutMs } = question;
  const by = `TCP ${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (sign: Omit<Sign, 'by'> & { readonly by?: string }) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve({ by, ...sign });
    };
    const onAbort = () => end({ isUp: false, seen: `${by} was not waited for` });
    const timer = setTimeout(() => end({ isUp: false, seen: `${by} gave no answer` }), timeoutMs);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => end({ isUp: true, seen: `${by} answers` }));
    socket.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : 'no code';
      if (code === 'ECONNREFUSED')
        return end({ isUp: refusedCounts, by: `${by} (refused)`, seen: `${by} refuses connections` });
      end({ isUp: false, seen: `${by}: ${code}` });
    });
  });
}

/** One ICMP echo by the program, called without a shell. */
function ping(program: string, { host, timeoutMs }: PresenceQuestion, signal: AbortSignal): Promise<Sign> {
  const by = 'ping';
  // A name that begins with a dash would be an option.
  if (isIP(host) === 0 && !/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u.test(host))
    return Promise.resolve({ isUp: false, by, seen: 'ping is not possible for this address' });
  return new Promise((resolve) => {
    execFile(
      program,
      pingArguments(process.platform, host, timeoutMs),
      { signal, timeout: timeoutMs + 1_000 },
      (error, out) => {
        // Windows calls a router's "destination host unreachable" a success too; only an answer has a TTL.
        if (!error && /ttl=/i.test(out)) return resolve({ isUp: true, by, seen: 'ping was answered' });
        const isAbsent = error?.code === 'ENOENT';
        resolve({
          isUp: false,
          by,
          seen: isAbsent ? 'there is no ping program on this machine' : 'ping was not answered',
        });
      },
    );
  });
}

/** Arguments for one echo: Windows counts milliseconds, macOS too, Linux whole seconds. */
function pingArguments(platform: NodeJS.Platform, host: string, timeoutMs: number): readonly string[] {
  if (platform === 'win32') return ['-n', '1', '-w', String(timeoutMs), host];
  if (platform === 'darwin') return ['-n', '-c', '1', '-W', String(timeoutMs), host];
  return ['-n', '-c', '1', '-W', String(Math.max(1, Math.ceil(timeoutMs / 1_000))), host];
}
