import { describe, expect, test } from '@jest/globals';
import type { CliActions } from '../../src/cli/program.ts';
import { runCli } from '../../src/cli/run-cli.ts';

/** Runs a command line; every action notes its name and arguments and ends with `ends`. */
async function run(args: readonly string[], ends: number | Error = 0) {
  const calls: unknown[][] = [];
  let shown = '';
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given]);
      if (ends instanceof Error) throw ends;
      return ends;
    };
  const actions: CliActions = {
    serve: note('serve'),
    demo: note('demo'),
    lab: note('lab'),
    say: note('say'),
    importInventory: note('importInventory'),
    importUnit: note('importUnit'),
    setSecret: note('setSecret'),
    listSecrets: note('listSecrets'),
    removeSecret: note('removeSecret'),
    revealSecret: note('revealSecret'),
    verifyDirectory: note('verifyDirectory'),
    prepareDirectory: note('prepareDirectory'),
    delegateDirectory: note('delegateDirectory'),
    showSid: note('showSid'),
    prerequisites: note('prerequisites'),
    pki: {
      judge: note('pki judge'),
      request: note('pki request'),
      authority: note('pki authority'),
      list: note('pki list'),
      revoke: note('pki revoke'),
      publish: note('pki crl'),
    },
    verifyTrail: note('verifyTrail'),
    exportTrail: note('exportTrail'),
    explainPolicy: note('explainPolicy'),
    checkPolicy: note('checkPolicy'),
    doctor: note('doctor'),
  };
  const show = (text: string) => {
    shown += text;
  };
  const code = await runCli(args, actions, { version: '1.2.3', out: show, err: show });
  return { code, calls, shown };
}

describe('each command calls its action', () => {
  const say = { channel: 'it-ops', url: 'http://127.0.0.1:8080', json: false, wait: false };
  test.each<[string, readonly string[], readonly unknown[]]>([
    ['serve', ['serve'], ['serve', {}]],
    ['serve --config', ['serve', '--config', 'a.yaml'], ['serve', { config: 'a.yaml' }]],
    ['demo', ['demo'], ['demo', { devices: 200, port: 8080, data: '.oob/demo' }]],
    [
      'demo with options',
      ['demo', '--devices', '7', '--port=0', '--data', 'd'],
      ['demo', { devices: 7, port: 0, data: 'd' }],
    ],
    [
      'lab with options of its own',
      ['lab', '--devices', '5', '--help', '--config', 'x'],
      ['lab', ['--devices', '5', '--help', '--config', 'x']],
    ],
    ['prerequisites', ['prerequisites'], ['prerequisites', undefined, { json: false }]],
    ['prerequisites of a site', ['prerequisites', 'lyon', '--json'], ['prerequisites', 'lyon', { json: true }]],
    ['lab alone', ['lab'], ['lab', []]],
    [
      'policy explain',
      ['policy', 'explain', '--as', 'operator', '--at', '2026-12-24 22:00', 'poweroff site:madrid'],
      ['explainPolicy', 'poweroff site:madrid', { as: 'operator', channel: 'it-ops', at: '2026-12-24 22:00' }],
    ],
    ['policy check', ['policy', 'check'], ['checkPolicy', undefined, {}]],
    ['policy check FILE', ['policy', 'check', 'a.yaml'], ['checkPolicy', 'a.yaml', {}]],
    ['say', ['say', '--as', 'operator', 'poweron host42'], ['say', 'poweron host42', { ...say, as: 'operator' }]],
    ['say without quotes', ['say', 'poweron', 'host42'], ['say', 'poweron host42', say]],
    [
      'say with an option inside the quotes',
      ['say', 'poweroff a --reason "b c"'],
      ['say', 'poweroff a --reason "b c"', say],
    ],
    [
      'say with everything',
      ['say', '--json', '--wait', '--channel', 'x', '--url', 'http://y', 'help'],
      ['say', 'help', { channel: 'x', url: 'http://y', json: true, wait: true }],
    ],
    ['inventory import', ['inventory', 'import', 'f.csv'], ['importInventory', 'f.csv', { skipBad: false }]],
    [
      'inventory import --skip-bad',
      ['inventory', 'import', 'f.csv', '--skip-bad', '--config', 'c'],
      ['importInventory', 'f.csv', { skipBad: true, config: 'c' }],
    ],
    ['directory verify', ['directory', 'verify', '--json'], ['verifyDirectory', { json: true }]],
    [
      'directory prepare',
      ['directory', 'prepare', '--as', 'a@b', '--domain', 'lab'],
      ['prepareDirectory', { as: 'a@b', domain: 'lab' }],
    ],
    [
      'directory delegate',
      ['directory', 'delegate', '--print', '--to', 'LAB\\x'],
      ['delegateDirectory', { print: true, to: 'LAB\\x' }],
    ],
    ['directory sid', ['directory', 'sid', 'LAB\\x'], ['showSid', 'LAB\\x', {}]],
    [
      'inventory import --ou',
      ['inventory', 'import', '--ou', 'OU=x,DC=y', '--site', 'madrid'],
      ['importUnit', 'OU=x,DC=y', { site: 'madrid', credential: 'default' }],
    ],
    ['secret set', ['secret', 'set', 'slack'], ['setSecret', 'slack', {}]],
    ['secret list', ['secret', 'list'], ['listSecrets', {}]],
    ['secret reveal', ['secret', 'reveal', 'host1', '--reason', 'down'], ['revealSecret', 'host1', { reason: 'down' }]],
    ['secret remove', ['secret', 'remove', 'slack', '--config', 'c'], ['removeSecret', 'slack', { config: 'c' }]],
    ['doctor', ['doctor', '--json'], ['doctor', { json: true }]],
  ])('%s', async (_what, args, call) => {
    const { code, calls } = await run(args);
    expect(calls).toEqual([call]);
    expect(code).toBe(0);
  });

  test('and ends with its exit code', async () => {
    expect((await run(['say', 'x'], 3)).code).toBe(3);
    expect((await run(['doctor'], 1)).code).toBe(1);
  });
});

describe('wrong use is answered with a sentence and exit code 2, and nothing runs', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['no command', [], /Usage: oob/],
    ['an unknown command', ['serv'], /unknown command 'serv'\n\(Did you mean serve\?\)/],
    ['half a command', ['secret'], /Usage: oob secret/],
    ['an unknown option', ['serve', '--confg', 'x'], /unknown option '--confg'\n\(Did you mean --config\?\)/],
    ['a missing argument', ['say'], /missing required argument 'command'/],
    ['a missing option value', ['serve', '--config'], /argument missing/],
    ['too many arguments', ['serve', 'now'], /too many arguments for 'serve'/],
    ['a number that is none', ['demo', '--devices', 'many'], /Allowed: a whole number from 1 to 10000/],
    ['a port out of range', ['demo', '--port', '65536'], /Allowed: a whole number from 0 to 65535/],
    ['a number in disguise', ['demo', '--devices', '1e3'], /Allowed/],
  ])('%s', async (_what, args, answer) => {
    const { code, calls, shown } = await run(args);
    expect(shown).toMatch(answer);
    expect(code).toBe(2);
    expect(calls).toEqual([]);
  });
});

describe('help and version end 0', () => {
  test('--version shows the version alone', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, shown: '1.2.3\n' });
  });

  test('--help names every command', async () => {
    const { code, shown } = await run(['--help']);
    expect(code).toBe(0);
    for (const command of ['serve', 'demo', 'lab', 'say', 'inventory', 'secret', 'doctor']) {
      expect(shown).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });

  test('help say tells the exit codes', async () => {
    expect((await run(['help', 'say'])).shown).toMatch(
      /Ends 0 done, 1 some device failed, 2 refused.*3 waits for approval/,
    );
  });
});

describe('a secret on the command line', () => {
  const secret = 'Hunter2-Hunter2';
  test.each<readonly [string, ...string[]]>([
    ['secret', 'set', 'name', secret],
    ['secret', 'set', 'name', secret, `${secret}\n\n${secret}`],
    ['secret', 'set', 'name', `--value=${secret}`],
    ['secret', 'set', 'name', `-p${secret}`],
    ['secret', 'list', secret],
    ['secret', 'remove', 'name', secret],
    ['say', `--token=${secret}`, 'x'],
    ['serve', `--password=${secret}`],
    ['serve', secret],
  ])('is refused and not repeated: %s %s ...', async (...args) => {
    const { code, calls, shown } = await run(args);
    expect(code).toBe(2);
    expect(calls).toEqual([]);
    expect(shown).not.toContain('Hunter2');
  });

  test('is answered with where the value comes from, and that it is burnt', async () => {
    expect((await run(['secret', 'set', 'name', secret])).shown).toMatch(/read from standard input.*change it/);
  });
});

describe('an action that fails', () => {
  test('with a mistake of the person ends 2, with anything else 1', async () => {
    const config = Object.assign(new Error('oob.yaml: one mistake'), { code: 'ERR_CONFIG' });
    expect(await run(['serve'], config)).toMatchObject({ code: 2, shown: 'oob.yaml: one mistake\n' });
    expect(await run(['serve'], new Error('the database does not answer'))).toMatchObject({
      code: 1,
      shown: 'the database does not answer\n',
    });
    expect((await run(['serve'], new Error(''))).shown).toMatch(/Failed without a reason/);
  });

  test('is shown without a stack and without a secret', async () => {
    const error = new Error('connect to postgres://oob:Hunter2@db/oob failed, token=Hunter2');
    const { shown } = await run(['serve'], error);
    expect(shown).toBe('connect to postgres://oob:[redacted]@db/oob failed, token=[redacted]\n');
  });
});
