import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { errorCode } from '../../config/error-code.ts';
import type { Config } from '../../config/schema.ts';
import { resolveSecret, type SecretSources, secretRefText } from '../../config/secrets/resolve-secret.ts';
import { secretRefsOf } from '../../config/secrets/secret-refs-of.ts';
import { policyOf } from '../../config/settings/policy-of.ts';
import { possiblePrincipalsOf } from '../../config/settings/principals-of.ts';
import { unapprovable } from '../../policy/weaknesses.ts';
import { type DoctorCheck, type DoctorFinding, finding } from '../doctor.ts';

/** Somebody can speak, somebody may do something, and somebody can approve what needs approval. */
export function rightsCheck(config: Config): DoctorCheck {
  return { name: 'people and rights', run: async () => judgeRights(config) };
}

function judgeRights(config: Config): DoctorFinding {
  const { slack, teams, console, people, roles } = config;
  const platforms = [slack && 'Slack', teams && 'Teams', console.enabled && 'console'].filter(
    (name) => typeof name === 'string',
  );
  if (platforms.length === 0)
    return finding.fail('no Slack, no Teams, no console', 'Switch one of them on in the configuration.');
  const held = (role: { readonly id: string }) => people.some((person) => person.roles.includes(role.id));
  const speaking = people.filter(
    ({ accounts }) => accounts.console || accounts.slack.length > 0 || accounts.teams.length > 0,
  );
  if (speaking.length === 0)
    return finding.warn('nobody has an account', 'List people with their accounts; everybody else is refused.');
  const allowing = roles.filter((role) => held(role) && role.allow.length > 0);
  if (allowing.length === 0)
    return finding.warn('nobody has a role that allows anything', 'Give people roles with allow.');
  const stuck = unapprovable(policyOf(config), possiblePrincipalsOf(config)).map(({ where }) =>
    where.replace(/^operations\./, ''),
  );
  const found = `${platforms.join(', ')}; ${speaking.length} people, ${roles.length} roles`;
  if (stuck.length > 0)
    return finding.warn(
      `${found}; nobody, or too few, can approve ${stuck.join(', ')}`,
      'Give somebody a role that approves it, or lower its risk; `oob policy check` tells more.',
    );
  return finding.ok(found);
}

/** Every secret that is referred to is there. Values are looked at and forgotten, never shown. */
export function secretsCheck(config: Config, sourcesOf: (config: Config) => Promise<SecretSources>): DoctorCheck {
  return {
    name: 'secrets',
    async run() {
      const refs = secretRefsOf(config);
      const sources = await sourcesOf(config);
      const missing: string[] = [];
      const open: string[] = [];
      for (const { path, ref } of refs) {
        const problem = await resolveSecret(ref, sources).then(
          () => null,
          (error: unknown) => (error instanceof Error ? error.message : 'it cannot be read'),
        );
        if (problem !== null) missing.push(`${path} (${secretRefText(ref)}): ${problem}`);
        else if ('file' in ref && (await readableByOthers(ref.file))) open.push(ref.file);
      }
      if (missing.length > 0)
        return finding.fail(
          `${refs.length - missing.length} of ${refs.length} there\n${missing.join('\n')}`,
          'Put each where its reference points.',
        );
      if (open.length > 0)
        return finding.warn(
          `all ${refs.length} there; others may read ${open.join(', ')}`,
          `chmod 600 ${open.join(' ')}`,
        );
      return finding.ok(`all ${refs.length} there`);
    },
  };
}

async function readableByOthers(file: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  return ((await stat(file)).mode & 0o007) !== 0;
}

const dayMs = 86_400_000;
const soonDays = 30;

/** The file with the authorities of the devices is readable, and none of them has run out. */
export function certificateAuthorityCheck(file: string | undefined, now: () => Date): DoctorCheck {
  return {
    name: 'device CA',
    async run() {
      if (file === undefined) return finding.ok('none configured; devices are pinned or speak plain HTTP');
      const text = await readFile(file, 'utf8').catch((error: unknown) => errorCode(error) ?? 'unknown cause');
      const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
      if (blocks.length === 0)
        return finding.fail(
          `${file} holds no PEM certificate`,
          'Name a readable PEM file in amt.certificateAuthorityFile.',
        );
      return blocks.map((block) => judgeAuthority(block, now())).reduce(worse);
    },
  };
}

function judgeAuthority(pem: string, now: Date): DoctorFinding {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return finding.fail('a certificate that cannot be read', 'Export it again as PEM.');
  }
  const name =
    certificate.subject.split('\n').find((part) => part.startsWith('CN=')) ??
    certificate.subject.replaceAll('\n', ', ');
  const days = Math.floor((Date.parse(certificate.validTo) - now.getTime()) / dayMs);
  const mend = 'Renew it: devices with its certificates are refused once it has run out.';
  if (days < 0) return finding.fail(`${name} ran out ${-days} days ago`, mend);
  if (Date.parse(certificate.validFrom) > now.getTime())
    return finding.fail(`${name} is not valid yet`, 'Check the clock.');
  if (!certificate.ca)
    return finding.warn(
      `${name} is not a CA certificate`,
      'Put the issuing and root certificates there, not those of devices.',
    );
  return days < soonDays
    ? finding.warn(`${name} runs out in ${days} days`, mend)
    : finding.ok(`${name}, ${days} days left`);
}

const order = { ok: 0, warn: 1, fail: 2 } as const;

function worse(a: DoctorFinding, b: DoctorFinding): DoctorFinding {
  if (a.status === 'ok' && b.status === 'ok') return finding.ok(`${a.found}; ${b.found}`);
  return order[b.status] > order[a.status] ? b : a;
}

/** The ports are free, or held by this service, which is running then. */
export function portChecks({ service, console }: Config): readonly DoctorCheck[] {
  const { host, port } = service.listen;
  const checks = [portCheck('public port', host, port, '/healthz', /"status":"ok"/, 'service.listen.port')];
  if (console.enabled) {
    checks.push(
      portCheck('console port', '127.0.0.1', console.port, '/api/session', /"ERR_CONSOLE_|"channels"/, 'console.port'),
    );
  }
  return checks;
}

function portCheck(name: string, host: string, port: number, path: string, ours: RegExp, key: string): DoctorCheck {
  return {
    name,
    async run() {
      if (port === 0) return finding.ok('any free port');
      const problem = await tryListen(host, port);
      const where = `${host}:${port}`;
      if (problem === null) return finding.ok(`${where} is free`);
      if (problem === 'EADDRINUSE') {
        if (ours.test(await answerOf(host, port, path))) return finding.ok(`${where} is held by a service that runs`);
        return finding.fail(
          `${where} is taken by another program`,
          `Find it (ss -ltnp "sport = :${port}"), or choose another ${key}.`,
        );
      }
      if (problem === 'EACCES') return finding.fail(`${where} may not be used`, `Choose a ${key} above 1023.`);
      if (problem === 'EADDRNOTAVAIL')
        return finding.fail(`${host} is no address of this machine`, 'Correct service.listen.host.');
      return finding.fail(`${where}: ${problem}`, `Choose another ${key}.`);
    },
  };
}

function tryListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error) ?? 'unknown cause'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

async function answerOf(host: string, port: number, path: string): Promise<string> {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const address = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}${path}`;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(2_000), redirect: 'manual' });
    return (await response.text()).slice(0, 10_000);
  } catch {
    return '';
  }
}

/** Whether the network of the sites is described; it is `oob prerequisites` that measures it, for that takes rights and time. */
export function sitesCheck({ network }: Pick<Config, 'network'>): DoctorCheck {
  return {
    name: 'site networks',
    async run() {
      const described = [network, ...Object.values(network.sites)].some((each) => each.dnsSuffixes?.length);
      return finding.ok(
        described
          ? 'described; oob prerequisites measures them'
          : 'not described (network.dnsSuffixes); oob prerequisites measures what it can',
      );
    },
  };
}
