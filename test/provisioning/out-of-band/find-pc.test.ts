/** Which PC is meant, and whether it is sure enough to speak with it: every reason not to. */
import { describe, expect, test } from '@jest/globals';
import type { HelloRecord } from '../../../src/ports/hello/hello-store.ts';
import type { Device } from '../../../src/ports/store/inventory-store.ts';
import { type FindDeps, findPc } from '../../../src/provisioning/out-of-band/find-pc.ts';
import type { SetupChain } from '../../../src/provisioning/out-of-band/setup-chains.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { device as anyDevice } from '../../support/fixtures.ts';

const uuid = '5a3b0c1d-2e4f-4a6b-8c7d-9e0f1a2b3c4d';
const bare: Device = { ...anyDevice, host: '10.0.0.7', uuid };
const clock = createFakeClock();
const hourMs = 3_600_000;
const root = { kind: 'sha256', hex: 'ab'.repeat(32) } as const;

function heard(more: Partial<HelloRecord> = {}): HelloRecord {
  const at = new Date(clock.now().getTime() - hourMs);
  return {
    version: 3,
    uuid,
    credentialsSet: true,
    retries: 3,
    pid: null,
    roots: [root],
    address: '10.0.0.7',
    firstSeenAt: at,
    lastSeenAt: at,
    seen: 4,
    sources: [],
    doubt: null,
    ...more,
  };
}

const chain = (name: string, hex: string = root.hex): SetupChain => ({
  ok: true,
  available: {
    name,
    rootHashes: [{ kind: 'sha256', hex }],
    commonName: 'setup.corp.example',
    validFrom: new Date(0),
    validTo: new Date(clock.now().getTime() + hourMs),
  },
  client: { certificates: name, key: 'key' },
});
const bad: SetupChain = { ok: false, name: 'old', why: ['old: dates; ended 2020-01-01; Renew it.'] };

const deps = (more: Partial<FindDeps> = {}): FindDeps => ({
  hellos: { get: async () => heard() },
  inventory: { withUuid: async () => [bare] },
  chains: { all: async () => [chain('corp')] },
  probes: { addressesOf: async () => ({ kind: 'found', values: ['10.0.0.6', '10.0.0.7'] }) },
  clock,
  takesHellos: true,
  freshHours: 24,
  ...more,
});
const hello = (more: Partial<HelloRecord> | null) => ({ get: async () => more && heard(more) });

describe('a PC that is sure', () => {
  test('is where its hello came from, and gets the certificate whose root it announced', async () => {
    const two = { all: async () => [chain('foreign', 'cd'.repeat(32)), chain('corp')] };
    expect(await findPc(bare, deps({ chains: two }))).toMatchObject({
      address: '10.0.0.7',
      proof: { available: { name: 'corp' } },
    });
  });

  test('may stand in the inventory by a name, if that means the address too', async () => {
    expect((await findPc({ ...bare, host: 'pc7.corp.example' }, deps())).address).toBe('10.0.0.7');
  });
});

describe('a PC that is not', () => {
  const without = ({ uuid: _uuid, ...rest }: Device): Device => rest;
  test.each<readonly [string, Device, Partial<FindDeps>, string, readonly string[]]>([
    ['nobody answers for hellos', bare, { takesHellos: false }, 'out_of_band_not_acknowledged', []],
    ['no UUID in the inventory', without(bare), {}, 'uuid_missing', []],
    [
      'two PCs of that UUID',
      bare,
      { inventory: { withUuid: async () => [bare, { ...bare, name: 'twin' }] } },
      'uuid_shared',
      [`${bare.name}, twin`],
    ],
    ['no hello', bare, { hellos: hello(null) }, 'hello_not_heard', [`UUID ${uuid}`]],
    ['a doubted hello', bare, { hellos: hello({ doubt: 'two_kinds' }) }, 'hello_unsure', [`UUID ${uuid}: two kinds`]],
    [
      'an old hello',
      bare,
      { hellos: hello({ lastSeenAt: new Date(clock.now().getTime() - 30 * hourMs) }) },
      'hello_stale',
      ['30 hours old; at most 24 count'],
    ],
    [
      'a hello from elsewhere',
      bare,
      { hellos: hello({ address: '10.0.0.99' }) },
      'hello_elsewhere',
      ['hello from 10.0.0.99', 'inventory: 10.0.0.7'],
    ],
    [
      'a name that means another address',
      { ...bare, host: 'pc7.corp.example' },
      { hellos: hello({ address: '10.0.0.99' }) },
      'hello_elsewhere',
      ['hello from 10.0.0.99', 'inventory: pc7.corp.example (10.0.0.6, 10.0.0.7)'],
    ],
    [
      'a name that means nothing',
      { ...bare, host: 'pc7.corp.example' },
      { probes: { addressesOf: async () => ({ kind: 'none' }) } },
      'hello_elsewhere',
      ['hello from 10.0.0.7', 'inventory: pc7.corp.example'],
    ],
    [
      'a PC that wants a pre-shared key',
      bare,
      { hellos: hello({ version: 2, pid: 'ABCD', roots: [] }) },
      'hello_of_psk',
      ['PID ABCD'],
    ],
    ['no certificate configured', bare, { chains: { all: async () => [] } }, 'provisioning_no_chain', []],
    [
      'none that can be used',
      bare,
      { chains: { all: async () => [bad] } },
      'provisioning_chain_unfit',
      ['old: dates; ended 2020-01-01; Renew it.'],
    ],
    [
      'none that it trusts, with why for each',
      bare,
      { chains: { all: async () => [chain('foreign', 'cd'.repeat(32)), bad] } },
      'provisioning_chain_not_trusted',
      ['foreign: root not announced', 'old: dates; ended 2020-01-01; Renew it.'],
    ],
  ])('%s', async (_what, device, more, code, evidence) => {
    await expect(findPc(device, deps(more))).rejects.toMatchObject({ code, evidence });
  });
});
