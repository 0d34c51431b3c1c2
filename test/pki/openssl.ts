/** A small PKI made by the system's OpenSSL, which is also the judge of what this project makes. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a certificate is made with. */
export interface Wish {
  readonly name: string;
  readonly subject: string;
  /** Whose key signs; absent: its own. */
  readonly issuer?: string;
  readonly extensions?: readonly string[];
  readonly days?: number;
  readonly hash?: string;
  /** As for `openssl genpkey`, such as `rsa:2048` or `ec:P-256`. */
  readonly key?: string;
}

/** A folder of certificates and keys, `NAME.pem` and `NAME.key`. */
export interface Workshop {
  readonly folder: string;
  path(name: string): string;
  read(name: string): Promise<Buffer>;
  /** Runs openssl in the folder; resolves to all that it printed. Rejects when it ends with another code than 0. */
  run(...args: string[]): Promise<string>;
  make(wish: Wish): Promise<void>;
  /** A PKCS#12 of this key, its certificate and more certificates, in that order. */
  pkcs12(name: string, key: string, certificates: readonly string[], ...options: string[]): Promise<Buffer>;
  remove(): Promise<void>;
}

export const setupPurpose = 'extendedKeyUsage=serverAuth,2.16.840.1.113741.1.2.3';
export const authority = [
  'basicConstraints=critical,CA:true',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'oob-pki-'));
  const run = async (...args: string[]) => {
    const { stdout, stderr } = await execute('openssl', args, { cwd: folder, timeout: 60_000 });
    return stdout + stderr;
  };
  const path = (name: string) => join(folder, name);
  let serial = 16;
  return {
    folder,
    path,
    read: (name) => readFile(path(name)),
    run,
    async make({ name, subject, issuer, extensions = [], days = 365, hash = 'sha256', key = 'rsa:2048' }) {
      const [kind, size] = key.split(':');
      const options =
        kind === 'ec'
          ? ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${size}`]
          : ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${size}`];
      await run('genpkey', ...options, '-out', `${name}.key`);
      await run('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
      await writeFile(path(`${name}.ext`), `${extensions.join('\n')}\n`);
      serial += 1;
      const signer =
        issuer === undefined ? ['-signkey', `${name}.key`] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`];
      await run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        ...signer,
        '-set_serial',
        String(serial),
        '-days',
        String(days),
        `-${hash}`,
        '-extfile',
        `${name}.ext`,
        '-out',
        `${name}.pem`,
      );
    },
    async pkcs12(name, key, certificates, ...options) {
      const all = await Promise.all(certificates.map((each) => readFile(path(`${each}.pem`), 'utf8')));
      await writeFile(path(`${name}.chain`), all.join(''));
      await run(
        'pkcs12',
        '-export',
        '-inkey',
        `${key}.key`,
        '-in',
        `${name}.chain`,
        '-passout',
        'pass:Passw0rd!',
        ...options,
        '-out',
        `${name}.p12`,
      );
      return readFile(path(`${name}.p12`));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Root, an authority below it and a setup certificate for oob.corp.example.com. */
export async function makeSetupChain(workshop: Workshop, crlUrl?: string): Promise<void> {
  const list = crlUrl === undefined ? [] : [`crlDistributionPoints=URI:${crlUrl}`];
  await workshop.make({ name: 'root', subject: '/CN=Lab Root', extensions: authority, days: 3650 });
  await workshop.make({
    name: 'sub',
    subject: '/CN=Lab Sub',
    issuer: 'root',
    extensions: [...authority, ...list.map((each) => each.replace('.crl', '-root.crl'))],
    days: 1000,
  });
  await workshop.make({
    name: 'leaf',
    subject: '/O=Lab/CN=oob.corp.example.com',
    issuer: 'sub',
    extensions: [setupPurpose, ...list],
  });
}

/** A revocation list by an authority of the workshop; `revoked`: names of its certificates. */
export async function makeList(
  workshop: Workshop,
  issuer: string,
  revoked: readonly string[],
  days = 30,
): Promise<Buffer> {
  const lines = await Promise.all(
    revoked.map(async (name) => {
      const serial = (await workshop.run('x509', '-in', `${name}.pem`, '-noout', '-serial'))
        .trim()
        .replace('serial=', '');
      return `R\t351231235959Z\t250101000000Z\t${serial}\tunknown\t/CN=${name}\n`;
    }),
  );
  await writeFile(workshop.path('index.txt'), lines.join(''));
  await writeFile(workshop.path('crlnumber'), '01\n');
  await writeFile(
    workshop.path('ca.cnf'),
    `[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=${days}\n`,
  );
  await workshop.run(
    'ca',
    '-gencrl',
    '-config',
    'ca.cnf',
    '-cert',
    `${issuer}.pem`,
    '-keyfile',
    `${issuer}.key`,
    '-out',
    `${issuer}.crl.pem`,
  );
  await workshop.run('crl', '-in', `${issuer}.crl.pem`, '-outform', 'DER', '-out', `${issuer}.crl`);
  return workshop.read(`${issuer}.crl`);
}
