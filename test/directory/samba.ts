/**
 * A real Active Directory domain controller for tests: Samba on a loopback address of its own. Needs the Debian packages named in
 * `sambaHint`, and root (its provisioning sets ACLs). The provisioned domain is kept in the temporary directory: 4 s once, then 1 s.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'ldapts';

const execute = promisify(execFile);

export const sambaHint =
  'needs root and: apt-get install samba samba-dsdb-modules samba-vfs-modules samba-ad-provision winbind krb5-user python3-samba openssl';
const programs = ['/usr/sbin/samba', '/usr/bin/samba-tool', '/usr/bin/kinit', '/usr/bin/openssl'];
/** True where the tests can run. */
export const sambaIsHere = process.getuid?.() === 0 && programs.every((program) => existsSync(program));

export const realm = 'LAB.TEST';
export const baseDn = 'DC=lab,DC=test';
export const administrator = { account: 'administrator@lab.test', password: 'Passw0rd!Admin' };
/** Raised when the seed is made otherwise. */
const seedVersion = 2;
/** A server that does not answer after this long will not: nearly as long as tests give it. */
const patienceMs = 55_000;
/** Computers in `OU=Big`: more than a domain controller gives at once. */
export const computersInBig = 1_101;

/** A domain controller that runs. */
export interface Samba {
  readonly address: string;
  readonly url: string;
  /** PEM of its authority. */
  readonly ca: string;
  readonly folder: string;
  /** Runs a Kerberos or Samba program against this domain controller; resolves to what it printed. */
  run(program: string, args: readonly string[], input?: string): Promise<string>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and deletes everything. */
  remove(): Promise<void>;
}

/** Starts a domain controller on the loopback address. `empty`: without `OU=Big`, as it was provisioned. */
export async function startSamba(address: string, { empty = false } = {}): Promise<Samba> {
  const folder = await mkdtemp(join(tmpdir(), 'oob-samba-'));
  await execute('tar', ['-xzf', await seed(empty), '-C', folder]);
  await Promise.all(['run', 'cache', 'tls'].map((name) => mkdir(join(folder, name), { recursive: true })));
  await certificate(folder, address);
  await writeFile(join(folder, 'smb.conf'), configuration(folder, address));
  await writeFile(join(folder, 'krb5.conf'), kerberos(address));
  const ca = await readFile(join(folder, 'tls', 'ca.pem'), 'utf8');
  const url = `ldaps://${address}`;
  let child: ChildProcess | null = null;

  const samba: Samba = {
    address,
    url,
    ca,
    folder,
    run: (program, args, input) => runProgram(folder, program, args, input),
    async start() {
      child = spawn('/usr/sbin/samba', ['-F', '--no-process-group', '-s', join(folder, 'smb.conf')], {
        stdio: 'ignore',
        detached: true,
      });
      await untilReady(child, url, ca, folder);
    },
    async kill() {
      const { pid } = child ?? {};
      if (!child || pid === undefined) return;
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      // Its whole group: the tasks of a domain controller are processes of their own.
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
      await ended;
      child = null;
      await untilClosed(address);
    },
    async remove() {
      await samba.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await samba.start();
  return samba;
}

/** Runs a program with this domain's Kerberos configuration; what it says on both channels. */
async function runProgram(folder: string, program: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, KRB5_CONFIG: join(folder, 'krb5.conf'), KRB5CCNAME: `FILE:${join(folder, 'tickets')}` },
  });
  let said = '';
  for (const channel of [child.stdout, child.stderr]) channel.on('data', (chunk) => (said += String(chunk)));
  // A program that reads nothing may have ended before this arrives.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  await once(child, 'close');
  return said;
}

// One transaction; over LDAP each object would be one of its own, 30 ms each.
const fill = `
import sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
folder, base, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
lp = LoadParm(); lp.load(folder + '/etc/smb.conf')
sam = SamDB(url=folder + '/private/sam.ldb', session_info=system_session(), lp=lp)
sam.transaction_start()
sam.add({'dn': 'OU=Big,' + base, 'objectClass': ['top', 'organizationalUnit']})
for i in range(count):
    sam.add({'dn': 'CN=pc%d,OU=Big,%s' % (i, base), 'objectClass': 'computer', 'sAMAccountName': 'pc%d$' % i,
             'userAccountControl': '4098' if i == 0 else '4096', 'dNSHostName': 'pc%d.lab.test' % i})
sam.transaction_commit()
`;

/** The provisioned domain as an archive, made once per machine. */
async function seed(empty: boolean): Promise<string> {
  const version = `${seedVersion}${empty ? '-empty' : ''}`;
  const file = join(tmpdir(), `oob-samba-seed-${version}-${process.getuid?.() ?? 0}.tgz`);
  // Another account must not be able to put a domain there.
  const known = await stat(file).catch(() => null);
  if (known && known.uid === process.getuid?.()) return file;
  const folder = await mkdtemp(join(tmpdir(), 'oob-samba-seed-'));
  const options = [
    'domain',
    'provision',
    `--targetdir=${folder}`,
    `--realm=${realm}`,
    '--domain=LAB',
    '--host-name=dc1',
    '--host-ip=127.0.40.1',
    '--server-role=dc',
    '--dns-backend=NONE',
    `--adminpass=${administrator.password}`,
    '--function-level=2008_R2',
    '--base-schema=2012_R2',
    '--option=interfaces=127.0.40.1/8',
    '--option=bind interfaces only=yes',
    '--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb',
    '-q',
  ];
  await execute('/usr/bin/samba-tool', options);
  if (!empty) await execute('/usr/bin/python3', ['-c', fill, folder, baseDn, String(computersInBig)]);
  await execute('tar', ['-czf', `${folder}.tgz`, '-C', folder, 'private', 'state', 'bind-dns']);
  await rename(`${folder}.tgz`, file);
  await rm(folder, { recursive: true, force: true });
  return file;
}

async function certificate(folder: string, address: string): Promise<void> {
  const tls = join(folder, 'tls');
  const openssl = (...args: string[]) => execute('/usr/bin/openssl', args, { cwd: tls });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Lab Test Root CA'];
  await openssl('req', '-x509', ...key, ...authority);
  await openssl('req', ...key, '-keyout', 'dc.key', '-out', 'dc.csr', '-subj', '/CN=dc1.lab.test');
  await writeFile(join(tls, 'names'), `subjectAltName=DNS:dc1.lab.test,IP:${address}\nextendedKeyUsage=serverAuth\n`);
  const sign = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'dc.csr', ...sign, '-out', 'dc.pem');
}

function configuration(folder: string, address: string): string {
  // A /32 would be "no network interfaces found"; the ports of LDAP cannot be chosen, hence an address of its own.
  return `[global]
  netbios name = DC1
  realm = ${realm}
  workgroup = LAB
  server role = active directory domain controller
  server services = ldap cldap kdc
  interfaces = ${address}/8
  bind interfaces only = yes
  private dir = ${folder}/private
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  lock directory = ${folder}
  pid directory = ${folder}/run
  ncalrpc dir = ${folder}/run/ncalrpc
  binddns dir = ${folder}/bind-dns
  ntp signd socket directory = ${folder}/run/ntp
  winbindd socket directory = ${folder}/run/wb
  tls enabled = yes
  tls keyfile = ${folder}/tls/dc.key
  tls certfile = ${folder}/tls/dc.pem
  tls cafile = ${folder}/tls/ca.pem
  ldap server require strong auth = yes
  logging = file
  log file = ${folder}/samba.log
  disable spoolss = yes
`;
}

function kerberos(address: string): string {
  return `[libdefaults]
  default_realm = ${realm}
  dns_lookup_realm = false
  dns_lookup_kdc = false
  rdns = false
  dns_canonicalize_hostname = false
  udp_preference_limit = 1
[realms]
  ${realm} = {
    kdc = ${address}:88
  }
[domain_realm]
  .lab.test = ${realm}
`;
}

async function untilReady(child: ChildProcess, url: string, ca: string, folder: string): Promise<void> {
  const beganMs = performance.now();
  while (child.exitCode === null && performance.now() - beganMs < patienceMs) {
    const client = new Client({ url, timeout: 2_000, connectTimeout: 2_000, tlsOptions: { ca } });
    const answers = await client.search('', { scope: 'base', attributes: ['defaultNamingContext'] }).then(
      () => true,
      () => false,
    );
    await client.unbind().catch(() => undefined);
    if (answers && (await isOpen(new URL(url.replace('ldaps:', 'https:')).hostname, 88))) return;
    await delay(50);
  }
  throw new Error(`Samba did not start: ${await readFile(join(folder, 'samba.log'), 'utf8').catch(() => 'no log')}`);
}

async function untilClosed(address: string): Promise<void> {
  for (let attempt = 0; attempt < 200 && (await isOpen(address, 636)); attempt += 1) await delay(20);
}

async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  const open = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return open;
}
