import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { descendantsCpuMs } from '../figures/process-figures.ts';
import type { ContestantName, Course } from './contestants.ts';
import { giveCommand, type SeenInChat } from './give-command.ts';
import { type Order, type Report, reportSchema } from './messages.ts';
import type { RaceOptions } from './race.ts';
import { withinLimit } from './within-limit.ts';

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
  /** What it was like in the channel; null where there is none. */
  readonly chat: SeenInChat | null;
}

const contestantProgram = fileURLToPath(new URL('./contestant-main.ts', import.meta.url));
const startLimitMs = 120_000;

/** Runs one contestant in a fresh process. Rejects when it fails or takes longer than `limitMs`; the process is gone then. */
export async function runContestant(
  name: ContestantName,
  course: Course,
  options: Pick<RaceOptions, 'limitMs' | 'profileDirectory' | 'typingMs'>,
): Promise<RunFigures> {
  const { limitMs, profileDirectory, typingMs } = options;
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
    const driven = consoleUrl === null ? null : giveCommand(consoleUrl, 'poweron all', { typingMs, limitMs });
    const [, chat] = await Promise.all([reports.next('done', limitMs), driven]);
    const wallMs = performance.now() - startedAtMs;
    const helpersAfter = helpersCpuMs(child);
    send(child, { kind: 'stop' });
    const { cpuMs, peakMb } = await reports.next('figures', startLimitMs);
    const known = helpersBefore !== null && helpersAfter !== null;
    // A process with a profile to write, or with a database to stop, ends by itself.
    await withinLimit(ended, startLimitMs, 'end');
    return { wallMs, cpuMs, helpersCpuMs: known ? helpersAfter - helpersBefore : null, peakMb, chat };
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
