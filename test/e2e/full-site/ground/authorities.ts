import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { place } from './place.ts';
import { must } from './program.ts';

/** What the people who run a PKI made with OpenSSL: a root of their own, and an authority below it for devices. */
export interface Authorities {
  readonly folder: string;
  /** What the operator's web server gives out: revocation lists. */
  readonly webFolder: string;
  /** PEM files. */
  readonly files: {
    readonly root: string;
    /** The authority for devices, and the root above it. */
    readonly deviceChain: string;
    readonly deviceAuthority: string;
    readonly deviceKey: string;
  };
  /**
   * Signs the service's request for a provisioning certificate, or the last one again; writes certificate and root to a PEM file and
   * resolves to its path. `isOver`: it ended yesterday.
   */
  signProvisioning(requestFile: string | null, options?: { readonly isOver?: boolean }): Promise<string>;
  /** Publishes the root's revocation list anew. */
  publishRootList(): Promise<void>;
}

const addressOf = (file: string) => `http://${place.web}/${file}`;
/** Where the lists are, as it stands in certificates. */
export const listUrls = { root: addressOf('root.crl'), devices: addressOf('devices.crl') } as const;

const authorityExtensions =
  'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n';
// Extended key usages of Intel AMT set-up: Intel AMT Implementation and Reference Guide, "Acquiring an Intel vPro certificate".
const setupPurpose = 'extendedKeyUsage=serverAuth,2.16.840.1.113741.1.2.3\n';

const authorityProgram = `[ca]
default_ca = own
[own]
database = index.txt
crlnumber = crlnumber
serial = serial
new_certs_dir = .
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
organizationName = optional
`;

const dayMs = 86_400_000;
/** So many days from now, as \`openssl ca\` wants it: YYYYMMDDHHMMSSZ. */
const openSslDate = (days: number): string =>
  new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\.\d+/g, '');

/** Makes them in this folder. */
export async function createAuthorities(folder: string): Promise<Authorities> {
  const webFolder = join(folder, 'web');
  await mkdir(webFolder, { recursive: true });
  const openssl = (...args: string[]) => must('openssl', args, { folder });
  const file = (name: string) => join(folder, name);
  const key = async (name: string) =>
    openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', `${name}.key`);
  const request = (name: string, subject: string) =>
    openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
  const sign = async (name: string, by: string, days: number, extensions: string) => {
    await writeFile(file(`${name}.ext`), extensions);
    const signer = by === name ? ['-signkey', `${by}.key`] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`];
    const end = ['-days', String(days), '-sha256', '-extfile', `${name}.ext`, '-out', `${name}.pem`];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-CAcreateserial', ...end);
  };
  const list = `crlDistributionPoints=URI:${listUrls.root}\n`;

  await Promise.all([key('root'), key('devices'), key('radius')]);
  await request('root', '/O=Lab/CN=Lab Root CA');
  await sign('root', 'root', 3_650, authorityExtensions);
  await request('devices', '/O=Lab/CN=Lab Device CA');
  await sign('devices', 'root', 1_825, `${authorityExtensions}${list}`);
  await request('radius', `/CN=radius.${place.domain}`);
  await sign('radius', 'devices', 365, `extendedKeyUsage=serverAuth\nsubjectAltName=DNS:radius.${place.domain}\n`);
  const both = await Promise.all(['devices.pem', 'root.pem'].map((name) => readFile(file(name), 'utf8')));
  await writeFile(file('chain.pem'), both.join(''));
  await writeFile(file('ca.cnf'), authorityProgram);
  await writeFile(file('index.txt'), '');
  await writeFile(file('crlnumber'), '01\n');
  await writeFile(file('serial'), '1000\n');

  const publishRootList = async () => {
    const days = ['-crldays', '30'];
    const signer = ['-cert', 'root.pem', '-keyfile', 'root.key'];
    await openssl('ca', '-gencrl', '-config', 'ca.cnf', ...signer, ...days, '-out', 'root.crl.pem');
    await openssl('crl', '-in', 'root.crl.pem', '-outform', 'DER', '-out', join('web', 'root.crl'));
  };
  await publishRootList();

  return {
    folder,
    webFolder,
    files: {
      root: file('root.pem'),
      deviceChain: file('chain.pem'),
      deviceAuthority: file('devices.pem'),
      deviceKey: file('devices.key'),
    },
    async signProvisioning(requestFile, { isOver = false } = {}) {
      if (requestFile !== null) await openssl('req', '-in', requestFile, '-out', 'provisioning.csr');
      await writeFile(file('provisioning.ext'), `${setupPurpose}${list}`);
      const [from, until] = isOver ? [-400, -1] : [-1, 365];
      const signer = ['-cert', 'root.pem', '-keyfile', 'root.key', '-extfile', 'provisioning.ext'];
      const dates = ['-startdate', openSslDate(from), '-enddate', openSslDate(until)];
      const end = ['-in', 'provisioning.csr', '-notext', '-out', 'provisioning.pem'];
      await openssl('ca', '-batch', '-config', 'ca.cnf', ...signer, ...dates, ...end);
      const parts = await Promise.all(['provisioning.pem', 'root.pem'].map((name) => readFile(file(name), 'utf8')));
      await writeFile(file('provisioning-chain.pem'), parts.join(''));
      return file('provisioning-chain.pem');
    },
    publishRootList,
  };
}
