import { describe, expect, test } from '@jest/globals';
import { type RevealCommand, runSecretReveal } from '../../src/cli/secrets/reveal.ts';
import type { DeviceSecret } from '../../src/ports/provisioning/device-secrets.ts';

const at = new Date('2026-11-02T08:00:00Z');
const secret = (user: string, password: string): DeviceSecret => ({ user, password, setAt: at });

/** Runs it on a store in which host1 has these; what happened, in its order. */
function bench(kept: Record<string, DeviceSecret>, note?: RevealCommand['note']) {
  const happened: string[] = [];
  const command: RevealCommand = {
    inventory: {
      select: async ({ ...term }) =>
        'value' in term && term.value === 'host1'
          ? [{ id: 'dev_1', name: 'host1', site: 'madrid', groups: [], powerState: null, reach: '' }]
          : [],
    },
    deviceSecrets: {
      inForce: async (_id, kind) => kept[kind] ?? null,
      proposed: async (_id, kind) => kept[`${kind} proposed`] ?? null,
    },
    reason: 'the service is down',
    note: note ?? (async (data) => void happened.push(`noted ${JSON.stringify(data)}`)),
    out: (line) => void happened.push(line),
    err: (line) => void happened.push(`! ${line}`),
  };
  return { happened, run: (host: string) => runSecretReveal(host, command) };
}

describe('secret reveal', () => {
  test('shows what is in force and what is being set; that of the domain is nobody to log in as', async () => {
    const { happened, run } = bench({
      administrator: secret('admin', 'Old-Passw0rd!'),
      'administrator proposed': secret('admin', 'New-Passw0rd!'),
      mebx: secret('', 'Mebx-Passw0rd!'),
      directory: secret('host1iME$', 'Domain-Passw0rd!'),
    });
    expect(await run('host1')).toBe(0);
    expect(happened).toEqual([
      'noted {"device":"host1","deviceId":"dev_1","reason":"the service is down"}',
      'AMT administrator  admin  Old-Passw0rd!  (set 2026-11-02T08:00:00.000Z)',
      'AMT administrator  admin  New-Passw0rd!  (being set since 2026-11-02T08:00:00.000Z)',
      'MEBx, typed at the PC  Mebx-Passw0rd!  (set 2026-11-02T08:00:00.000Z)',
    ]);
  });

  test('what cannot be noted is not shown', async () => {
    const { happened, run } = bench({ administrator: secret('admin', 'Old-Passw0rd!') }, async () => {
      throw new Error('the store is down');
    });
    await expect(run('host1')).rejects.toThrow('the store is down');
    expect(happened).toEqual([]);
  });

  test('a PC that there is not, and one without a password of its own: nothing is noted', async () => {
    const { happened, run } = bench({});
    expect([await run('host2'), await run('host1')]).toEqual([1, 1]);
    expect(happened).toEqual([
      '! The inventory has no PC named host2.',
      '! host1 has no password of its own: it is reached with a credential of the configuration.',
    ]);
  });
});
