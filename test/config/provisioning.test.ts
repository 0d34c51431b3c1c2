import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';

const ana = 'people: [{ id: ana, name: Ana, roles: [], accounts: { console: true } }]';

describe('provisioning.hello', () => {
  test('is off, and local, unless somebody says otherwise', () => {
    expect(parseConfig(ana, 'oob.yaml').provisioning.hello).toEqual({
      accounts: [],
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
