/**
 * MeshCentral's AMT stack logs in to devices. A process of its own, for old firmware wants an OpenSSL that is told to speak to it. Reads
 * a list of log-ins as JSON from standard input, prints one line of JSON for each: `{ "status": 200, "version": "15.0.23" }`.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { meshCentralFolder } from '../../../../bench/contest/meshcentral-folder.ts';

const logInSchema = z.object({
  host: z.string(),
  user: z.string(),
  password: z.string(),
  fingerprint: z.string(),
  /** What is done there: nothing but reading the settings, or all that it was set up with is taken from it. */
  act: z.enum(['read', 'unprovision']),
});
type LogIn = z.output<typeof logInSchema>;

const port = 16_993;
/** ProvisioningMode of PCs that are managed. */
const enterprise = 1;
const patienceMs = 20_000;
const load = createRequire(import.meta.url);
const createComm = load(join(meshCentralFolder, 'amt-wsman-comm.js'));
const createWsman = load(join(meshCentralFolder, 'amt-wsman.js'));
const createStack = load(join(meshCentralFolder, 'amt.js'));

const logIn = ({ host, user, password, fingerprint, act }: LogIn): Promise<unknown> =>
  new Promise((resolve) => {
    const comm = createComm(host, port, user, password, 1, undefined, null);
    comm.xtlsFingerprint = fingerprint;
    const end = (answer: unknown) => {
      clearTimeout(late);
      comm.destroy();
      resolve(answer);
    };
    const late = setTimeout(() => end({ status: 0, version: null }), patienceMs);
    const stack = createStack(createWsman(comm));
    const ended = (_stack: unknown, _name: unknown, _response: unknown, status: number) =>
      end({ status, version: comm.amtVersion });
    if (act === 'read') stack.Get('AMT_GeneralSettings', ended, 0, 1);
    else stack.AMT_SetupAndConfigurationService_Unprovision(enterprise, ended);
  });

const parts: Buffer[] = [];
for await (const part of process.stdin) parts.push(Buffer.from(part));
for (const one of z.array(logInSchema).parse(JSON.parse(Buffer.concat(parts).toString('utf8'))))
  process.stdout.write(`${JSON.stringify(await logIn(one))}\n`);
process.exit(0);
