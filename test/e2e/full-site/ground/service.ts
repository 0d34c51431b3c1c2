import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NodeProcess, startNode } from '../../site/node-process.ts';
import { createTokens, type PersonId, people, tokenVariable } from './people.ts';
import { place } from './place.ts';
import { type Ended, type ProgramOptions, runProgram } from './program.ts';

const program = fileURLToPath(new URL('../../../../src/cli/index.ts', import.meta.url));
const shiftedClock = new URL('../breaking/child-shifted-clock.ts', import.meta.url).href;
const consoleUrl = `http://127.0.0.1:${place.consolePort}`;

/** The installation: its command line, and the service while it runs. */
export interface Service {
  readonly folder: string;
  readonly configFile: string;
  /** Runs `oob` with the configuration. */
  oob(args: readonly string[], options?: ProgramOptions): Promise<Ended>;
  /** Runs `oob say` as this person. */
  say(
    person: PersonId,
    text: string,
    more?: { readonly args?: readonly string[]; readonly heard?: (text: string) => void },
  ): Promise<Ended>;
  /** `aheadMs`: its clock is ahead of the real one by so much. */
  start(options?: { readonly aheadMs?: number }): Promise<void>;
  /** Ends it in good order. Resolves to its exit code. */
  stop(): Promise<number | null>;
  /** What the service has written, over all its starts. */
  log(): string;
}

/** The installation in this folder, where `oob.yaml` will be; it is not started. */
export function createService(folder: string): Service {
  const configFile = join(folder, 'oob.yaml');
  const tokens = createTokens();
  const env = {
    OOB_SECRET_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: '',
    ...Object.fromEntries(people.map((person) => [tokenVariable(person), tokens[person]])),
  };
  let running: NodeProcess | null = null;
  let before = '';
  const run = (args: readonly string[], options: ProgramOptions = {}) =>
    runProgram(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
      ...options,
      env: { ...env, ...options.env },
    });
  return {
    folder,
    configFile,
    oob: (args, options) => run([...args, '--config', configFile], options),
    say: (person, text, { args = [], heard } = {}) =>
      run(['say', '--url', consoleUrl, '--json', ...args, text], {
        env: { OOB_CONSOLE_TOKEN: tokens[person] },
        ...(heard ? { heard } : {}),
      }),
    async start({ aheadMs = 0 } = {}) {
      const shifted = { NODE_OPTIONS: `--import=${shiftedClock}`, OOB_E2E_AHEAD_MS: String(aheadMs) };
      const own = aheadMs === 0 ? env : { ...env, ...shifted };
      running = startNode('src/cli/index.ts', ['serve', '--config', configFile], own);
      await running.line('the service is ready');
    },
    async stop() {
      running?.signal('SIGTERM');
      const code = (await running?.ended) ?? null;
      before += running?.output() ?? '';
      running = null;
      return code;
    },
    log: () => before + (running?.output() ?? ''),
  };
}
