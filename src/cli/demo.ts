import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { errorCode } from '../config/error-code.ts';
import { parseConfig } from '../config/load.ts';
import { createSecretSources } from '../config/secrets/resolve-secret.ts';
import type { Logger } from '../ports/logger.ts';
import { newId } from '../runtime/new-id.ts';
import { demoCertificates } from './demo-certificates.ts';
import { demoConfig, passwordVariable } from './demo-config.ts';
import { readInventory } from './inventory-import.ts';

const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The schedule among the hints is due in the minute in which this is over: time to read and type. */
const hintLeadMs = 3 * 60_000;

/** PCs as from the factory. Their addresses lie beyond those of any fleet that the demo takes. */
const bare = { count: 3, firstAddress: '127.20.254.1', site: 'lyon', personas: 'amt-15.0,amt-16.1,amt-19.0' } as const;

/** Commands worth trying, in this order; the schedule is due two to three minutes after `now`. The zone of the demo is UTC. */
export function demoHints(now: Date): readonly string[] {
  const due = new Date(now.getTime() + hintLeadMs);
  return [
    'poweron host42',
    'poweroff host42',
    'poweron site:madrid',
    'status host4*',
    `policy explain 'poweroff site:madrid --reason "fire drill"'`,
    'audit pull host42',
    'settings diff site:madrid',
    'checklist verify madrid',
    'digest now',
    'hosts new',
    `schedule add wake-lyon "${due.getUTCMinutes()} ${due.getUTCHours()} * * *" poweron site:lyon`,
    'help',
  ];
}

/** Settings of the demo. */
export interface DemoOptions {
  readonly devices: number;
  /** Port of the console page. */
  readonly port: number;
  /** Where the database, the fleet's keys and the configuration are kept. */
  readonly directory: string;
  readonly logger: Logger;
  readonly out: (line: string) => void;
}

/** The running demo. */
export interface Demo {
  stop(): Promise<void>;
}

/** Starts a simulated fleet in a process of its own and the service beside it, with three people in one channel. */
export async function startDemo(options: DemoOptions, onFatal: (error: Error) => void): Promise<Demo> {
  const { directory, devices, port, logger, out } = options;
  await mkdir(directory, { recursive: true });
  const files = {
    config: join(directory, 'oob.yaml'),
    inventory: join(directory, 'inventory.csv'),
    ca: join(directory, 'fleet-ca.pem'),
    keys: join(directory, 'fleet-keys.json'),
    sealingKey: join(directory, 'secret-key'),
  };
  await makeSealingKey(files.sealingKey);
  const password = `Lab-${randomBytes(9).toString('base64url')}1!`;
  out(`Starting ${devices} simulated PCs ...`);
  const making = demoCertificates(directory, `setup.${bare.site}.example`);
  // Whether it went well is asked when the fleet stands.
  making.catch(() => {});
  const lab = await startLab(
    [
      '--devices',
      String(devices),
      '--sites',
      'madrid,lyon',
      '--faults',
      'realistic',
      '--inventory',
      files.inventory,
      '--ca',
      files.ca,
      '--keys',
      files.keys,
    ],
    password,
  );
  const labs = [lab];
  const endLabs = () => {
    for (const one of labs) {
      one.removeAllListeners('exit');
      one.kill('SIGTERM');
    }
  };
  const ended = (code: number | null) => onFatal(new Error(`the simulated fleet ended with ${code}`));
  lab.once('exit', ended);
  try {
    const certificates = await making;
    const yaml = demoConfig(port, { fleetCa: files.ca, sealingKey: files.sealingKey, certificates });
    await writeFile(files.config, yaml);
    const hints = demoHints(new Date());
    const { startService } = await import('../main.ts');
    out('Starting a private PostgreSQL and the service ...');
    const service = await startService({
      config: parseConfig(yaml, files.config),
      secrets: createSecretSources({ [passwordVariable]: password }),
      logger,
      databaseUrl: undefined,
      demo: { hints },
      onFatal,
    });
    const rows = readInventory(await readFile(files.inventory, 'utf8'));
    await service.store.inventory.importDevices(rows, () => newId('dev'));
    const following = startLab(bareArguments(service.helloPort ?? 0, files.keys, certificates.root), password).then(
      (more) => {
        more.once('exit', ended);
        labs.push(more);
      },
    );
    following.catch(onFatal);
    for (const line of greeting(service.consoleUrl ?? '', devices, hints)) out(line);
    return {
      async stop() {
        await following.catch(() => {});
        for (const one of labs) one.removeAllListeners('exit');
        await service.stop();
        endLabs();
      },
    };
  } catch (error) {
    endLabs();
    throw error;
  }
}

/** They say their first hello as soon as they are there, the next one a minute later: somebody has to listen by then. */
const bareArguments = (helloPort: number, keysFile: string, rootFile: string): readonly string[] => [
  ...['--devices', String(bare.count), '--first-address', bare.firstAddress, '--sites', bare.site],
  ...['--bare', 'all', '--persona', bare.personas, '--powered', 'off', '--seed', 'oob demo bare'],
  ...['--hello-server', `127.0.0.1:${helloPort}`, '--hello-roots', rootFile, '--keys', keysFile],
];

/** The key of the first start is kept: what was sealed with it is still in the database. */
async function makeSealingKey(file: string): Promise<void> {
  const key = `${randomBytes(32).toString('base64')}\n`;
  await writeFile(file, key, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
}

function greeting(url: string, devices: number, hints: readonly string[]): readonly string[] {
  return [
    '',
    `  The console is open:  ${url}`,
    `  ${devices} simulated PCs in madrid and lyon, a few of them broken. Speak as the operator, the approver or the deputy.`,
    '',
    '  Worth trying:',
    ...hints.map((hint) => `    /oob ${hint}`),
    '',
    `  ${bare.count} PCs as from the factory say hello. The approver takes one in and approves, the operator does the rest:`,
    '    /oob hosts new, /oob hosts accept UUID --name bare1 --site lyon, /oob provision bare1',
    '  A restart resets them: /oob unprovision bare1 first, with a --reason, then provision it again.',
    '',
    '  The same from another terminal:  npx oob say --as operator "poweron host42"',
    '  Ctrl-C stops everything.',
    '',
  ];
}

/** Starts the fleet and waits until it answers. It ends with this process, for it holds the other end of the channel. */
async function startLab(args: readonly string[], password: string): Promise<ChildProcess> {
  const lab = spawn(process.execPath, [join(projectRoot, 'lab', 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, OOB_LAB_PASSWORD: password },
  });
  const errors: string[] = [];
  lab.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  await new Promise<void>((resolve, reject) => {
    lab.once('error', reject);
    lab.once('exit', () => reject(new Error(`The simulated fleet did not start. ${errors.join('').trim()}`)));
    if (lab.stdout)
      createInterface({ input: lab.stdout }).on('line', (line) => line.startsWith('lab ready') && resolve());
  });
  lab.removeAllListeners('exit');
  return lab;
}
