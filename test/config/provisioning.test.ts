import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';
import { schedulesOf } from '../../src/config/settings/schedules-of.ts';
import { readScheduled } from '../../src/schedule/scheduled-command.ts';

const ana = 'people: [{ id: ana, name: Ana, roles: [], accounts: { console: true } }]';

describe('provisioning.hello', () => {
  test('is off, and local, unless somebody says otherwise', () => {
    expect(parseConfig(ana, 'oob.yaml').provisioning.hello).toEqual({
      accounts: [],
      keys: [],
      enabled: false,
      freshHours: 24,
      listen: { host: '127.0.0.1', port: 9971 },
    });
  });

  test.each(['{ enabled: true }', '{ enabled: true, acknowledgedBy: eve }', '{ acknowledgedBy: eve }'])(
    'somebody who is known has to answer for it: %s',
    (hello) => {
      const load = () => parseConfig(`${ana}\nprovisioning: { hello: ${hello} }`, 'oob.yaml');
      expect(load).toThrow(ConfigError);
      expect(load).toThrow(/acknowledgedBy/);
    },
  );

  test('which PCs are provisioned how: by target words, one way each; nothing said is in-band', () => {
    const methodsOf = (yaml: string) => parseConfig(`${ana}\n${yaml}`, 'oob.yaml').provisioning.methods;
    expect(methodsOf('')).toEqual([]);
    const one = { appliesTo: ['site:depot'], method: 'out-of-band' };
    expect(methodsOf('provisioning: { methods: [{ appliesTo: [site:depot], method: out-of-band }] }')).toEqual([one]);
    const wrong = () => methodsOf('provisioning: { methods: [{ appliesTo: [all], method: by-hand }] }');
    expect(wrong).toThrow(/in-band.*out-of-band/s);
  });

  test('accounts for PCs with another password than that of the factory are names of credentials', () => {
    const load = () => parseConfig(`${ana}\nprovisioning: { hello: { accounts: [bench] } }`, 'oob.yaml');
    expect(load).toThrow(/provisioning\.hello\.accounts.*amt\.credentials/s);
  });

  test('is on when she does', () => {
    const config = parseConfig(`${ana}\nprovisioning: { hello: { enabled: true, acknowledgedBy: ana } }`, 'oob.yaml');
    expect(config.provisioning.hello).toMatchObject({ enabled: true, acknowledgedBy: 'ana' });
  });
});

describe('provisioning.inBand', () => {
  test('is off unless somebody says otherwise', () => {
    expect(parseConfig(ana, 'oob.yaml').provisioning.inBand).toEqual({
      enabled: false,
      path: '/agent',
      controlMode: 'admin',
      waitMinutes: 60,
    });
  });

  test('receives no agent without a key', () => {
    const load = (inBand: string) => parseConfig(`${ana}\nprovisioning: { inBand: ${inBand} }`, 'oob.yaml');
    expect(() => load('{ enabled: true }')).toThrow(/inBand\.key/);
    expect(load('{ enabled: true, key: { env: OOB_AGENT_KEY } }').provisioning.inBand).toMatchObject({ enabled: true });
    expect(() => load('{ path: agent }')).toThrow(/path/);
  });
});

describe('provisioning.upkeep', () => {
  const load = (upkeep: string, more = '') =>
    parseConfig(
      `${ana}\n${more}\nconsole: { channels: [{ id: it-ops, name: IT }] }\nprovisioning: { upkeep: ${upkeep} }`,
      'oob.yaml',
    );
  const ours = '{ owner: ana, channel: console:local/it-ops }';

  test('has no schedules while nobody answers for them', () => {
    expect(schedulesOf(load('{}'))).toEqual([]);
    expect(load('{}').provisioning.upkeep).toMatchObject({ renewDays: 42, rotateDays: 28 });
  });

  test('is two schedules like any others: on Saturdays from midnight to five, and each night', () => {
    expect(schedulesOf(load(ours))).toMatchObject([
      {
        id: 'upkeep-certificates',
        commandText: 'renew due:certificates',
        cron: '0 0 * * 6',
        missed: 'run-late',
        lateMinutes: 300,
        owner: 'ana',
      },
      { id: 'upkeep-passwords', commandText: 'rotate due:passwords', cron: '0 1 * * *', owner: 'ana' },
    ]);
    for (const { commandText } of schedulesOf(load(ours)))
      expect(readScheduled(commandText, commandSpecs, new Date(0), 'UTC')).toMatchObject({ ok: true });
  });

  test.each([
    ['{ owner: ana }', '', /upkeep\.channel/],
    ['{ owner: eve, channel: console:local/it-ops }', '', /upkeep\.owner/],
    ['{ owner: ana, channel: console:local/nowhere }', '', /upkeep\.channel/],
    ['{ owner: ana, channel: console:local/it-ops, rotateCron: "* * * * *" }', '', /rotateCron/],
    [
      ours,
      `schedules: { entries: [{ id: upkeep-passwords, command: poweron all, cron: "0 1 * * *", owner: ana, channel: console:local/it-ops }] }`,
      /schedules\.entries\.0\.id|entries.*id/,
    ],
  ])('%s is refused where it can not work', (upkeep, more, problem) => {
    expect(() => load(upkeep, more)).toThrow(problem);
  });
});
