/**
 * Our transport against a digest server that we did not write: Apache with mod_auth_digest. Needs Debian's package
 * `apache2` (`apt-get install apache2`; nothing of its default site is used). Runs as root and as an ordinary user.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { AmtEndpoint } from '../../src/ports/amt.ts';
import { TestAuthority } from '../amt/certificates.ts';
import { endpointAt, errorOf, openGateway } from '../amt/conversation.ts';

const apache = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';
const here = existsSync(apache) && existsSync(join(modules, 'mod_auth_digest.so'));

const host = '127.22.6.1';
const ports = { plain: 16_992, tls: 16_993 };
const certificate = here ? new TestAuthority().issue({ commonName: 'apache' }) : null;
const closing: Array<() => Promise<void>> = [];
const folders: string[] = [];

const reply =
  '<?xml version="1.0"?><a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope"><a:Body><g:P xmlns:g="x">' +
  '<g:PowerState>2</g:PowerState></g:P></a:Body></a:Envelope>';

function configuration(folder: string, nonceLifetimeSeconds: number): string {
  const load = [
    'mpm_prefork',
    'authn_core',
    'authz_core',
    'authz_user',
    'auth_digest',
    'authn_file',
    'alias',
    'cgi',
    'ssl',
  ];
  const root = process.getuid?.() === 0;
  return `
ServerRoot ${folder}
ServerName ${host}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
DefaultRuntimeDir ${folder}
Mutex file:${folder} default
Listen ${host}:${ports.plain}
Listen ${host}:${ports.tls}
${load.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
${root ? 'User nobody\nGroup nogroup' : ''}
StartServers 2
MaxKeepAliveRequests 0
KeepAliveTimeout 30
LogFormat "%>s" status
CustomLog ${folder}/access.log status
ScriptAlias /wsman ${folder}/reply.cgi
<Location /wsman>
  AuthType Digest
  AuthName "AMT"
  AuthDigestProvider file
  AuthUserFile ${folder}/users
  AuthDigestNonceLifetime ${nonceLifetimeSeconds}
  Require valid-user
</Location>
<VirtualHost ${host}:${ports.tls}>
  SSLEngine on
  SSLCertificateFile ${folder}/cert.pem
  SSLCertificateKeyFile ${folder}/key.pem
</VirtualHost>
`;
}

async function untilOpen(port: number, child: ChildProcess, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const socket = connect({ host, port });
    const open = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (open) return;
    if (child.exitCode !== null) break;
    await delay(25);
  }
  throw new Error(`apache2 did not start: ${readFileSync(join(folder, 'error.log'), 'utf8')}`);
}

/** Starts Apache; resolves to what gives the statuses of its replies so far. */
async function startApache(nonceLifetimeSeconds: number): Promise<(count: number) => Promise<string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'oob-apache-'));
  folders.push(folder);
  chmodSync(folder, 0o755);
  const hash = createHash('md5').update('admin:AMT:P@ssw0rd').digest('hex');
  writeFileSync(join(folder, 'users'), `admin:AMT:${hash}\n`);
  writeFileSync(
    join(folder, 'reply.cgi'),
    `#!/bin/sh\nprintf 'Content-Type: application/soap+xml\\r\\n\\r\\n%s' '${reply}'\n`,
  );
  chmodSync(join(folder, 'reply.cgi'), 0o755);
  writeFileSync(join(folder, 'cert.pem'), certificate?.cert ?? '');
  writeFileSync(join(folder, 'key.pem'), certificate?.key ?? '', { mode: 0o600 });
  writeFileSync(join(folder, 'httpd.conf'), configuration(folder, nonceLifetimeSeconds));
  // A process group of its own: when Apache stops it signals its whole group, which would be this test as well.
  const child = spawn(apache, ['-f', join(folder, 'httpd.conf'), '-DFOREGROUND'], { stdio: 'ignore', detached: true });
  closing.push(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });
  await untilOpen(ports.plain, child, folder);
  return async (count) => {
    // Apache writes its log after the reply has gone out.
    for (let attempt = 0; ; attempt += 1) {
      const lines = readFileSync(join(folder, 'access.log'), 'utf8').trim().split('\n');
      if (lines.length >= count || attempt >= 100) return lines;
      await delay(20);
    }
  };
}

function opened(password = 'P@ssw0rd') {
  const results: string[] = [];
  const made = openGateway({
    credentials: async () => ({ user: 'admin', password }),
    timeouts: { firstReplyTimeoutMs: 5_000, replyTimeoutMs: 5_000, connectTimeoutMs: 3_000 },
    logger: { debug: (fields) => results.push(String(fields.result)) },
  });
  closing.push(() => made.gateway.close());
  return { run: made.run, results };
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const plain = endpointAt(host);
const secured: AmtEndpoint = endpointAt(host, {
  tls: 'pinned',
  certificateFingerprint: certificate?.fingerprint ?? null,
});

(here ? describe : describe.skip)('Apache mod_auth_digest (apt-get install apache2)', () => {
  test.each([
    ['HTTP', plain],
    ['TLS', secured],
  ])('nonce reuse over %s: 200 requests are 201 round trips', async (_name, endpoint) => {
    const statuses = await startApache(300);
    const { run, results } = opened();
    for (let conversation = 0; conversation < 10; conversation += 1) {
      await run(endpoint, async (session) => {
        for (let time = 0; time < 20; time += 1) expect((await session.readPower()).state).toBe(2);
      });
    }
    expect(results).toHaveLength(201);
    const seen = await statuses(201);
    expect([seen.length, seen.filter((status) => status === '401').length]).toEqual([201, 1]);
  });

  test('stale nonces, of a lifetime of 1 s: each costs one round trip and no request is lost', async () => {
    const statuses = await startApache(1);
    const { run, results } = opened();
    let reads = 0;
    await run(plain, async (session) => {
      // For three lifetimes, however long a read takes here.
      for (const beganMs = performance.now(); performance.now() - beganMs < 3_000; reads += 1) {
        await session.readPower();
        await delay(100);
      }
    });
    const challenges = results.filter((result) => result === 'HTTP 401').length;
    expect(challenges).toBeGreaterThanOrEqual(2);
    expect(challenges).toBeLessThanOrEqual(6);
    expect(results).toHaveLength(reads + challenges);
    expect((await statuses(results.length)).filter((status) => status === '200')).toHaveLength(reads);
  });

  test('wrong password: exactly two round trips', async () => {
    const statuses = await startApache(300);
    const { run, results } = opened('wrong');
    const error = await errorOf(run(plain, (session) => session.readPower()));
    expect(error).toMatchObject({ code: 'wrong_credentials', mayHaveActed: false });
    expect(results).toEqual(['HTTP 401', 'HTTP 401']);
    expect(await statuses(2)).toEqual(['401', '401']);
  });

  test('an act: one challenge, then the act itself', async () => {
    const statuses = await startApache(300);
    const { run } = opened();
    // The reply has no ReturnValue, so whether it acted is unknown; what matters here is how often it was sent.
    const error = await errorOf(run(plain, (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code: 'protocol_error', mayHaveActed: true });
    expect(await statuses(2)).toEqual(['401', '200']);
  });
});
