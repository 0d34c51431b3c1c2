import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { createSecretSources } from '../../src/config/secrets/resolve-secret.ts';
import { secureOnOf, wakeOf } from '../../src/config/settings/wake-of.ts';

const config = (yaml: string) => parseConfig(yaml, 'oob.yaml');
const sources = (value: string) => createSecretSources({ SECURE_ON: value });

describe('how PCs are turned on by the configuration', () => {
  test('by AMT alone, unless a site says otherwise', () => {
    const set = config('wake: { udpPorts: [9], sites: { lyon: { method: amt-then-wol, subnets: [ 10.2.0.0/16 ] } } }');
    expect(wakeOf(set, 'madrid')).toMatchObject({ method: 'amt-only', udpPorts: [9], subnets: [], lookMs: 2_000 });
    expect(wakeOf(set, 'Lyon')).toMatchObject({ method: 'amt-then-wol', udpPorts: [9], subnets: ['10.2.0.0/16'] });
  });

  test('what is no subnet is refused', () =>
    expect(() => config('wake: { subnets: [ 10.2.0.0/33 ] }')).toThrow('an IPv4 subnet such as 10.1.0.0/16'));

  test('SecureOn: 4 or 6 bytes from a secret, per site', async () => {
    const set = config('wake: { secureOn: { env: SECURE_ON }, sites: { lyon: { secureOn: { env: NOT_THERE } } } }');
    expect(await secureOnOf(config(''), 'madrid', sources(''))).toBeNull();
    expect(Buffer.from((await secureOnOf(set, 'madrid', sources('192.168.1.2'))) ?? []).toString('hex')).toBe(
      'c0a80102',
    );
    expect(Buffer.from((await secureOnOf(set, 'madrid', sources('01:02:03:0a:0b:0c'))) ?? []).toString('hex')).toBe(
      '0102030a0b0c',
    );
    await expect(secureOnOf(set, 'lyon', sources('1.2.3.4'))).rejects.toMatchObject({ code: 'password_missing' });
  });

  test('SecureOn: a wrong one is refused without being shown', async () => {
    const set = config('wake: { secureOn: { env: SECURE_ON } }');
    const error = await secureOnOf(set, 'x', sources('hunter2')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'password_missing' });
    expect(String(error)).not.toContain('hunter2');
  });
});
