import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Postmaster, readPostmaster, servesData } from '../../../adapters/store/embedded/postmaster.ts';
import { type LabProcess, startLab } from './lab-process.ts';
import { type NodeProcess, startNode } from './node-process.ts';
import { createPerson, type Person } from './person.ts';
import { createTokens, siteConfig } from './site-config.ts';

/** What a site is made of. */
export interface SiteOptions {
  /** Arguments of the simulated fleet; `--first-address` must be the test file's own. */
  readonly lab: readonly string[];
  /** Devices that are worked on at a time; default 1,000. */
  readonly connections?: number;
  /** A PostgreSQL of the test's own instead of the private one. */
  readonly databaseUrl?: string;
  /** Sections of the configuration that only this site has. */
  readonly moreConfig?: string;
}

/** A command line that has ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly out: string;
}

/** An installation with a fleet, a service and people, all of it in processes of its own. */
export interface Site {
  readonly directory: string;
  readonly configFile: string;
  /** Address of the console. */
  readonly consoleUrl: string;
  /** Port of the public HTTP server. */
  readonly publicPort: number;
  readonly lab: LabProcess;
  readonly operator: Person;
  readonly approver: Person;
  /** May approve as well. */
  readonly deputy: Person;
  /** Known, and without a role. */
  readonly visitor: Person;
  /** May control every run and free every PC, and ask for nothing. */
  readonly administrator: Person;
  /** Environment of the service: tokens, passwords, database. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts the service and waits until it is ready and everybody follows the channel. */
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** SIGHUP: the service reads people and policy again. */
  hangUp(): void;
  /** Status of the service's `/readyz`. */
  readiness(): Promise<number>;
  /** Runs the command line as a person at a terminal would. */
  oob(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<CommandRun>;
  /** `oob say` with the token of this person. */
  sayAtTerminal(person: Person, text: string, ...options: string[]): Promise<CommandRun>;
  /** The private PostgreSQL, while one runs. */
  postmaster(): Promise<Postmaster | null>;
  /** The first line that the service has logged, or will log, since its last start with this text in it. */
  logged(text: string): Promise<string>;
  /** Exit code of a service that ends by itself. */
  ended(): Promise<number | null>;
  /** Ends every process and removes every file. */
  close(): Promise<void>;
}

/** Makes a site: fleet started, configuration written, inventory imported; the service is not started. */
export async function createSite(options: SiteOptions): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'oob-e2e-'));
  // PostgreSQL does not run as root, and its user must be able to pass through.
  await chmod(directory, 0o711);
  const configFile = join(directory, 'oob.yaml');
  const data = join(directory, 'data', 'postgres', 'data');
  const ports = { console: await freePort(), public: await freePort() };
  const consoleUrl = `http://127.0.0.1:${ports.console}`;
  const tokens = createTokens();
  const seat = (id: keyof typeof tokens) => createPerson(id, tokens[id].value, consoleUrl);
  const people = {
    operator: seat('operator'),
    approver: seat('approver'),
    deputy: seat('deputy'),
    visitor: seat('visitor'),
    administrator: seat('administrator'),
  };
  const lab = await startLab(directory, options.lab);
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.values(tokens).map(({ variable, value }) => [variable, value])),
    OOB_LAB_PASSWORD: lab.password,
    DATABASE_URL: options.databaseUrl ?? '',
  };
  let service: NodeProcess | null = null;

  const oob: Site['oob'] = async (args, more = {}) => {
    const run = startNode('src/cli/index.ts', args, { ...env, ...more });
    const code = await run.ended;
    return { code, out: run.output() };
  };
  const ended = async (): Promise<number | null> => {
    const code = (await service?.ended) ?? null;
    service = null;
    return code;
  };
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    service?.signal(signal);
    return ended();
  };
  const postmaster = async () => {
    const noted = await readPostmaster(data);
    return noted && (await servesData(noted.pid, data)) ? noted : null;
  };
  const close = async () => {
    for (const person of Object.values(people)) person.leave();
    await end('SIGKILL');
    const orphan = await postmaster();
    if (orphan) process.kill(orphan.pid, 'SIGQUIT');
    await lab.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  };
  const site: Site = {
    directory,
    configFile,
    consoleUrl,
    publicPort: ports.public,
    lab,
    ...people,
    env,
    async start() {
      service = startNode('src/cli/index.ts', ['serve', '--config', configFile], env);
      await service.line('the service is ready');
      for (const person of Object.values(people)) await person.connect();
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    hangUp: () => service?.signal('SIGHUP'),
    readiness: async () => (await fetch(`http://127.0.0.1:${ports.public}/readyz`)).status,
    oob,
    sayAtTerminal: (person, text, ...more) =>
      oob(['say', '--url', consoleUrl, ...more, text], { OOB_CONSOLE_TOKEN: person.token }),
    postmaster,
    logged: (text) => service?.line(text) ?? Promise.reject(new Error('the service does not run')),
    ended,
    close,
  };
  try {
    const yaml = siteConfig({
      ports,
      tokens,
      ca: lab.files.ca,
      connections: options.connections ?? 1_000,
      more: options.moreConfig ?? '',
    });
    await writeFile(configFile, yaml);
    const imported = await oob(['inventory', 'import', lab.files.inventory, '--config', configFile]);
    if (imported.code !== 0) throw new Error(`the inventory was not imported: ${imported.out}`);
    return site;
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
