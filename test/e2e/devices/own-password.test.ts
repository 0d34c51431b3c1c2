import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { renderText } from '../../../src/messages/text.ts';
import { deviceCredentialName } from '../../../src/ports/provisioning/device-secrets.ts';
import type { Device } from '../../../src/ports/store/inventory-store.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import { withStore } from '../site/kept.ts';
import { createSite, type Site } from '../site/site.ts';

const key = randomBytes(32).toString('base64');

/** host1 has a password of its own that we know, host2 one that we have wrong, host3 that of the fleet. */
let site: Site;
beforeAll(async () => {
  site = await createSite({
    lab: [
      ...['--first-address', '127.24.37.1', '--devices', '3', '--sites', 'madrid', '--powered', 'on'],
      ...['--persona', 'amt-15.0'],
    ],
  });
  site.env.OOB_SECRET_KEY = key;
  await site.start();
  const setPasswords = async (store: Store) => {
    const passwords = { host1: site.lab.password, host2: 'Wrong-Wrong1!' };
    for (const [name, password] of Object.entries(passwords)) {
      const device = await deviceNamed(store, name);
      await store.deviceSecrets.propose(device.id, 'administrator', { user: 'admin', password }, new Date());
      await store.deviceSecrets.confirm(device.id, 'administrator', new Date());
      const { tls, certificateFingerprint, port } = device;
      const credential = deviceCredentialName(device.id);
      await store.inventory.setReach(device.id, { tls, certificateFingerprint, port, credential }, new Date());
    }
  };
  await withStore(site.directory, setPasswords, { beside: true, sealingKey: { key } });
}, 60_000);
afterAll(async () => {
  await site?.close();
});

async function deviceNamed(store: Store, value: string): Promise<Device> {
  const targets = await store.inventory.select({ kind: 'name', value });
  const [device] = await store.inventory.devices(targets.map(({ id }) => id));
  if (!device) throw new Error(`there is no ${value}`);
  return device;
}

const say = async (text: string) => renderText((await (await site.operator.say(text)).end()).view);
const doctor = async (env?: NodeJS.ProcessEnv) =>
  (await site.oob(['doctor', '--json', '--config', site.configFile], env)).out
    .split('\n')
    .find((line) => line.includes('"device passwords"'));

describe('a PC with a password of its own', () => {
  test('is reached with it, beside those that have that of the fleet', async () => {
    expect(await say('status host1')).toMatch(/host1 is on/);
    expect(await say('status host3')).toMatch(/host3 is on/);
    expect(await say('status host2')).toContain('wrong_credentials');
    expect(await say('verify host1')).toMatch(/credential device:dev_\w+, user admin: accepted/);
  });

  test('an import of the inventory does not take that back', async () => {
    const { code, out } = await site.oob([
      'inventory',
      'import',
      site.lab.files.inventory,
      '--config',
      site.configFile,
    ]);
    expect([code, out]).toEqual([0, expect.stringMatching(/3 unchanged|unchanged: 3/)]);
    expect(await say('status host1')).toMatch(/host1 is on/);
  });

  test('without the key of the service it is not reached, all others are, and it is said what is missing', async () => {
    expect(await doctor()).toContain('"status":"ok"');
    expect(await doctor({ OOB_SECRET_KEY: '' })).toMatch(/"status":"fail".*OOB_SECRET_KEY must hold 32 bytes/);
    await site.stop();
    site.env.OOB_SECRET_KEY = randomBytes(32).toString('base64');
    await site.start();
    for (const command of ['status host1', 'verify host1'])
      expect(await say(command)).toMatch(/service\.secretKey.*credential_missing/s);
    expect(await say('status host3')).toMatch(/host3 is on/);
    await site.stop();
    site.env.OOB_SECRET_KEY = key;
    await site.start();
    expect(await say('status host1')).toMatch(/host1 is on/);
  }, 60_000);
});
