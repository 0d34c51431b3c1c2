import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../adapters/store/embedded/embedded.ts';
import { type NodeProcess, startNode } from './node-process.ts';
import { createPerson, type Person } from './person.ts';
import type { Site } from './site.ts';

/** A second service process of a site, on the same database, with a console of its own. */
export interface Replica {
  readonly operator: Person;
  readonly approver: Person;
  start(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Makes the second process of a site that has a database of its own; it is not started. */
export async function createReplica(site: Site): Promise<Replica> {
  const ports = { console: await freePort(), public: await freePort() };
  const yaml = (await readFile(site.configFile, 'utf8'))
    .replace(/listen: \{ port: \d+ \}/, `listen: { port: ${ports.public} }`)
    .replace(/(console:\n {2}enabled: true\n {2}port: )\d+/, `$1${ports.console}`);
  const configFile = join(site.directory, 'oob-2.yaml');
  await writeFile(configFile, yaml);
  const consoleUrl = `http://127.0.0.1:${ports.console}`;
  const operator = createPerson('operator', site.operator.token, consoleUrl);
  const approver = createPerson('approver', site.approver.token, consoleUrl);
  let service: NodeProcess | null = null;
  const end = async (signal: NodeJS.Signals) => {
    service?.signal(signal);
    const code = (await service?.ended) ?? null;
    service = null;
    return code;
  };
  return {
    operator,
    approver,
    async start() {
      service = startNode('src/cli/index.ts', ['serve', '--config', configFile], site.env);
      await service.line('the service is ready');
      await operator.connect();
      await approver.connect();
    },
    async kill() {
      await end('SIGKILL');
    },
    async stop() {
      operator.leave();
      approver.leave();
      return end('SIGTERM');
    },
  };
}
