import { type ConsoleAdapter, type ConsoleMode, createConsoleAdapter } from '../../adapters/console/index.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { SitePages } from '../../src/ports/site-pages.ts';
import { createMemoryLog, type MemoryLog } from './memory-log.ts';
import { createScriptedCore, type ScriptedCore } from './scripted-core.ts';

/** A started console with everything around it in memory. */
export interface ConsoleBench {
  readonly adapter: ConsoleAdapter;
  readonly log: MemoryLog;
  readonly core: ScriptedCore;
  readonly clock: Clock & { set(at: Date): void };
  /** After a stop: the same console again, on this port. */
  restart(port: number): Promise<void>;
  /** What was logged as warning or error. */
  readonly logged: readonly string[];
}

/** The two people who sit in the channel. */
const people = [
  { id: 'operator', name: 'Operator' },
  { id: 'approver', name: 'Approver' },
] as const;

/** Says nothing. */
export const quietLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** No page about sites can be read. */
export const noPages: SitePages = { read: () => Promise.reject(new Error('no page is read here')) };

/** Starts a console on a free port; in the demo mode unless told otherwise. */
export async function startConsole(
  options: {
    readonly mode?: ConsoleMode;
    readonly hints?: readonly string[];
    readonly pages?: SitePages;
    readonly origin?: string;
  } = {},
): Promise<ConsoleBench> {
  const log = createMemoryLog();
  const clock = createSetClock();
  const logged: string[] = [];
  const note = (fields: Readonly<Record<string, unknown>>, message: string) => {
    logged.push(`${message} ${fields.error instanceof Error ? fields.error.message : ''}`);
  };
  const logger: Logger = { debug: () => {}, info: () => {}, warn: note, error: note };
  const make = (port: number): ConsoleAdapter =>
    createConsoleAdapter({
      listen: { host: '127.0.0.1', port },
      log,
      clock,
      logger,
      channels: [{ id: 'it-ops', name: '#it-ops' }],
      people,
      mode: options.mode ?? { kind: 'demo' },
      pages: options.pages ?? noPages,
      hints: options.hints ?? [],
      beatMs: 60_000,
      ...(options.origin ? { origin: options.origin } : {}),
    });
  let adapter = make(0);
  const core = createScriptedCore(() => adapter);
  await adapter.start(core.onInvocation);
  return {
    get adapter() {
      return adapter;
    },
    log,
    core,
    clock,
    logged,
    restart: async (port) => {
      adapter = make(port);
      await adapter.start(core.onInvocation);
    },
  };
}

function createSetClock(): Clock & { set(at: Date): void } {
  let now: Date | null = null;
  return {
    now: () => now ?? new Date(),
    sleep: () => Promise.reject(new Error('nothing here sleeps')),
    set: (at) => {
      now = at;
    },
  };
}
