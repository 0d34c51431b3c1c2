import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createConsoleClient } from '../../src/cli/console-client.ts';
import type { ContestantName, Course } from './contestants.ts';
import { type Order, type Report, reportSchema } from './messages.ts';
import { descendantsCpuMs } from './process-figures.ts';

/** What one run of a contestant took. */
export interface RunFigures {
  /** From the command to the last device verified; for the service, until the card says so. */
  readonly wallMs: number;
  /** User and system time of the contestant's process between the two. */
  readonly cpuMs: number;
  /** The same of the processes that it started, PostgreSQL that is; null where it can't be known. */
  readonly helpersCpuMs: number | null;
  /** Most memory of the contestant's process, its start included, in MB. */
  readonly peakMb: number;
}

const contestantProgram = fileURLToPath(new URL('./contestant-main.ts', import.meta.url));
const startLimitMs = 120_000;

/** Runs one contestant in a fresh process. Rejects when it fails or takes longer than `limitMs`; the process is gone then. */
export async function runContestant(
  name: ContestantName,
  course: Course,
  options: { readonly limitMs: number; readonly profileDirectory: string | null },
): Promise<RunFigures> {
  const { limitMs, profileDirectory } = options;
  const profiling = profileDirectory === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`];
  const child = spawn(process.execPath, [...profiling, contestantProgram], { stdio: ['ignore', 2, 2, 'ipc'] });
  const ended = once(child, 'exit');
  try {
    const reports = reportsOf(child);
    send(child, { kind: 'prepare', name, course });
    const { consoleUrl } = await reports.next('ready', startLimitMs);
    const helpersBefore = helpersCpuMs(child);
    const startedAtMs = performance.now();
    send(child, { kind: 'start' });
    const driven = consoleUrl === null ? Promise.resolve() : command(consoleUrl, 'poweron all', limitMs);
    await Promise.all([reports.next('done', limitMs), driven]);
    const wallMs = performance.now() - startedAtMs;
    const helpersAfter = helpersCpuMs(child);
    send(child, { kind: 'stop' });
    const { cpuMs, peakMb } = await reports.next('figures', startLimitMs);
    const known = helpersBefore !== null && helpersAfter !== null;
    // A process with a profile to write, or with a database to stop, ends by itself.
    await withinLimit(ended, startLimitMs, 'end');
    return { wallMs, cpuMs, helpersCpuMs: known ? helpersAfter - helpersBefore : null, peakMb };
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await ended;
    }
  }
}

const helpersCpuMs = ({ pid }: ChildProcess) => (pid === undefined ? null : descendantsCpuMs(pid));

const send = (child: ChildProcess, order: Order) => child.send(order);

/** Waits for reports in their order. */
function reportsOf(child: ChildProcess) {
  const waiting: Report[] = [];
  let wake = () => {};
  let lost: Error | null = null;
  child.on('message', (message) => {
    waiting.push(reportSchema.parse(message));
    wake();
  });
  child.once('error', (error) => {
    lost = error;
    wake();
  });
  child.once('exit', (code, signal) => {
    lost ??= new Error(`its process ended with ${code ?? signal}`);
    wake();
  });

  async function take(): Promise<Report> {
    for (;;) {
      const report = waiting.shift();
      if (report !== undefined) return report;
      if (lost !== null) throw lost;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    async next<K extends Report['kind']>(kind: K, limitMs: number): Promise<Extract<Report, { kind: K }>> {
      const report = await withinLimit(take(), limitMs, kind);
      if (report.kind === 'failed') throw new Error(report.message);
      if (isKind(report, kind)) return report;
      throw new Error(`its process said ${report.kind} instead of ${kind}`);
    },
  };
}

const isKind = <K extends Report['kind']>(report: Report, kind: K): report is Extract<Report, { kind: K }> =>
  report.kind === kind;

async function withinLimit<T>(work: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no "${what}" within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives a command over the console and waits until its card has ended, as a person would. */
async function command(consoleUrl: string, text: string, limitMs: number): Promise<void> {
  const client = createConsoleClient({ url: consoleUrl, as: 'operator', token: null });
  const channel = 'it-ops';
  const until = async () => {
    const { invocation, after } = await client.say(channel, text);
    for await (const message of client.follow(channel, after)) {
      if (message.invocation !== invocation || message.view === null || message.thread !== null) continue;
      const { outcome, title } = message.view;
      if (outcome === 'done') return;
      if (outcome !== undefined && outcome !== 'working') throw new Error(`the card ended with ${outcome}: ${title}`);
    }
  };
  await withinLimit(until(), limitMs, 'card that says done');
}
