import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { findConfigFile, loadConfig, parseConfig } from '../../src/config/load.ts';

const file = '/etc/oob/oob.yaml';
const parse = (text: string) => parseConfig(text, file);

/** The error that the text is refused with. */
function refusal(text: string): ConfigError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const problemAt = (text: string, path: string) => refusal(text).problems.find((problem) => problem.path === path);

describe('a good configuration', () => {
  test('an empty file is one with every default, and denies everybody', () => {
    for (const text of ['', '# nothing\n', '{}']) {
      const config = parse(text);
      expect(config).toMatchObject({
        service: { name: 'oob', logLevel: 'info', timezone: 'UTC', listen: { host: '127.0.0.1', port: 3000 } },
        console: { enabled: false, port: 8080, channels: [{ id: 'it-ops', name: '#it-ops' }], tokens: [] },
        amt: { connections: 1000, connectionsPerSite: 500, verifySeconds: 90, requestSeconds: 20, wakeSeconds: 20 },
        people: [],
        roles: [],
        operations: {
          'read-status': { risk: 'read' },
          'power-on': { risk: 'act' },
          'power-off': { risk: 'peer' },
          reset: { risk: 'peer' },
        },
        approvals: { expireMinutes: 30 },
        limits: { devicesPerRequest: 2000, requestsPerHour: 60 },
      });
      expect(config.slack).toBeUndefined();
      expect(config.teams).toBeUndefined();
    }
  });

  test('a section whose lines are all commented out is as if left out', () => {
    expect(parse('people:\nroles:\nslack:\n  #mode: socket\n').people).toEqual([]);
  });

  test('paths start at the file, also those of secrets, wherever they stand', () => {
    const config = parse(`
service: { dataDirectory: data, secretKey: { file: key } }
amt:
  certificateAuthorityFile: ca.pem
  credentials: { default: { password: { file: secrets/amt } }, other: { password: { file: /run/amt } } }
`);
    expect(config.service.dataDirectory).toBe('/etc/oob/data');
    expect(config.service.secretKey).toEqual({ file: '/etc/oob/key' });
    expect(config.amt.certificateAuthorityFile).toBe('/etc/oob/ca.pem');
    expect(config.amt.credentials.default?.password).toEqual({ file: '/etc/oob/secrets/amt' });
    expect(config.amt.credentials.other?.password).toEqual({ file: '/run/amt' });
    expect(parse('').service.dataDirectory).toBe('/etc/oob/.oob');
  });

  test('Teams ids are kept in lower case, as the Bot Framework sends them', () => {
    const config = parse(`
teams:
  appId: AAAAAAAA-2222-3333-4444-555555555555
  appPassword: { env: TEAMS }
  tenants: [72F988BF-86F1-41AF-91AB-2D7CD011DB47]
people:
  - id: ana
    name: Ana
    accounts: { teams: [{ tenant: 72F988BF-86F1-41AF-91AB-2D7CD011DB47, object: BBBBBBBB-2222-3333-4444-555555555555 }] }
roles:
  - id: r
    allow: [{ operations: [all], channels: ['teams:72F988BF-86F1-41AF-91AB-2D7CD011DB47/19:AbC@thread.tacv2'] }]
`);
    expect(config.teams?.tenants).toEqual(['72f988bf-86f1-41af-91ab-2d7cd011db47']);
    expect(config.people[0]?.accounts.teams[0]?.object).toBe('bbbbbbbb-2222-3333-4444-555555555555');
    expect(config.roles[0]?.allow[0]?.channels).toEqual([
      'teams:72f988bf-86f1-41af-91ab-2d7cd011db47/19:AbC@thread.tacv2',
    ]);
  });
});

describe('a mistake is answered with line, path, what was found and what is allowed', () => {
  test('an unknown key, with what was probably meant', () => {
    expect(refusal('service:\n  name: oob\n  logLevl: debug\n').problems).toEqual([
      {
        path: 'service.logLevl',
        line: 3,
        found: 'an unknown key',
        allowed: 'name, dataDirectory, secretKey, logLevel, timezone, listen, publicUrl',
        advice: 'Did you mean logLevel?',
      },
    ]);
  });

  test('a word that is not one of the list', () => {
    expect(problemAt('operations:\n  power-on:\n    risk: per\n', 'operations.power-on.risk')).toEqual({
      path: 'operations.power-on.risk',
      line: 3,
      found: '"per"',
      allowed: 'act or confirm or peer or two-peers',
      advice: 'Did you mean peer?',
    });
  });

  test('a number out of bounds, and one that is none', () => {
    expect(problemAt('service: { listen: { port: 70000 } }', 'service.listen.port')).toMatchObject({
      found: '70000',
      allowed: 'a whole number from 0 to 65535 (0: any free port)',
    });
    expect(problemAt('limits: { requestsPerHour: 1.5 }', 'limits.requestsPerHour')).toMatchObject({ found: '1.5' });
    expect(problemAt('limits: { requestsPerHour: many }', 'limits.requestsPerHour')).toMatchObject({
      allowed: 'a whole number from 1 to 10000',
    });
  });

  test('something missing, at the line of what it is missing from', () => {
    const text = 'people:\n  - id: ana\n    name: Ana\n  - name: Ben\n';
    expect(problemAt(text, 'people[1].id')).toMatchObject({ line: 4, found: 'nothing' });
  });

  test('text that YAML reads as a number', () => {
    const text = 'people:\n  - id: ana\n    name: 0123\n';
    expect(problemAt(text, 'people[0].name')).toMatchObject({ advice: "Write it in 'quotes'." });
  });

  test('an empty value below the top, for an empty list of targets must not become all', () => {
    const text = 'roles:\n  - id: r\n    allow:\n      - operations: [all]\n        targets:\n';
    expect(problemAt(text, 'roles[0].allow[0].targets')).toMatchObject({ line: 5, found: 'an empty value' });
  });

  test('all mistakes at once, in the order of the file, each once', () => {
    const { problems, message } = refusal('service:\n  timezone: Madrid\namt:\n  connections: 0\nlimts: {}\n');
    expect(problems.map((problem) => [problem.line, problem.path])).toEqual([
      [2, 'service.timezone'],
      [4, 'amt.connections'],
      [5, 'limts'],
    ]);
    expect(message.split('\n')).toEqual([
      '/etc/oob/oob.yaml: 3 mistakes',
      '  line 2, service.timezone: found "Madrid"; allowed: a time zone of the IANA list such as Europe/Madrid or UTC.',
      '  line 4, amt.connections: found 0; allowed: a whole number from 1 to 20000.',
      expect.stringMatching(/^ {2}line 5, limts: found an unknown key; allowed: .*\. Did you mean limits\?$/),
    ]);
  });

  test.each([
    ['a duplicate key', 'limits: {}\nservice: {}\nlimits: {}\n', 3, 'each key once'],
    ['a tab', 'service:\n\tname: oob\n', 2, 'spaces'],
    ['a tag', 'service: !!binary aGk=\n', 1, 'plain values without tags'],
    ['two documents', 'service: {}\n---\nlimits: {}\n', 2, 'one document'],
    ['a quote left open', "service:\n  name: 'oob\n", 3, 'well-formed YAML'],
    ['an @ at the start', 'service:\n  name: @oob\n', 2, "the value in 'quotes'"],
  ])('%s', (_what, text, line, allowed) => {
    expect(refusal(text).problems[0]).toMatchObject({ line, allowed });
  });

  test('an alias bomb ends at once', () => {
    const level = (n: number) => `l${n}: &l${n} [${Array.from({ length: 9 }, () => `*l${n - 1}`).join(',')}]\n`;
    const text = `l0: &l0 [x]\n${Array.from({ length: 9 }, (_, n) => level(n + 1)).join('')}`;
    expect(refusal(text).problems[0]?.found).toMatch(/alias/);
  });

  test('a list or a word where the sections should be', () => {
    expect(refusal('- service').problems[0]).toMatchObject({ path: '', found: 'a list' });
    expect(refusal('service').problems[0]).toMatchObject({ path: '' });
  });

  test('__proto__ is a key like any unknown one', () => {
    expect(refusal('__proto__: { name: x }\n').problems[0]).toMatchObject({
      path: '__proto__',
      found: 'an unknown key',
    });
  });
});

describe('the file', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oob-config-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('is named by --config, then OOB_CONFIG, then oob.yaml here', () => {
    expect(findConfigFile('a.yaml', { OOB_CONFIG: '/b.yaml' }, '/home')).toBe('/home/a.yaml');
    expect(findConfigFile(undefined, { OOB_CONFIG: '/b.yaml' }, '/home')).toBe('/b.yaml');
    expect(findConfigFile(undefined, { OOB_CONFIG: '' }, '/home')).toBe('/home/oob.yaml');
  });

  test('is read from the disk', async () => {
    const path = join(directory, 'good.yaml');
    await writeFile(path, 'service: { name: night-shift }\n');
    const config = await loadConfig(path);
    expect(config.service).toMatchObject({ name: 'night-shift', dataDirectory: join(directory, '.oob') });
  });

  test('that is missing, a directory, binary or huge is answered with what to do', async () => {
    await writeFile(join(directory, 'binary.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    await writeFile(join(directory, 'huge.yaml'), '#'.repeat(1_048_577));
    await expect(loadConfig(join(directory, 'none.yaml'))).rejects.toThrow(/no such file.*oob\.example\.yaml/s);
    await expect(loadConfig(directory)).rejects.toThrow(/a directory/);
    await expect(loadConfig(join(directory, 'binary.yaml'))).rejects.toThrow(/not UTF-8/);
    await expect(loadConfig(join(directory, 'huge.yaml'))).rejects.toThrow(/1048577 bytes/);
  });
});
