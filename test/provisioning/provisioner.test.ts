/** Whether a PC may be provisioned, and which way, before anything is sent to it. */
import { describe, expect, test } from '@jest/globals';
import { DirectoryError } from '../../src/ports/directory.ts';
import type { KeptAmtStatus } from '../../src/ports/discovery/amt-status-store.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import type { DirectoryBlock } from '../../src/provisioning/machine/machine-deps.ts';
import { methodOf } from '../../src/provisioning/method-of.ts';
import { createProvisioner, type ProvisionerDeps } from '../../src/provisioning/provisioner.ts';
import { recordingLogger } from '../store/testing.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { device as anyDevice } from '../support/fixtures.ts';
import { memoryProvisionings, memorySecrets } from './machine/memory-stores.ts';
import { noBlocks } from './machine/perform-step.ts';

const uuid = '5a3b0c1d-2e4f-4a6b-8c7d-9e0f1a2b3c4d';
const pc: Device = { ...anyDevice, host: '10.0.0.7', uuid, fqdn: 'host42.corp.example' };
const clock = createFakeClock();
const unused = () => Promise.reject(new Error('not used here'));
const heard = { kind: 'sha256', hex: 'ab'.repeat(32) } as const;

function office(more: Partial<ProvisionerDeps> = {}, block: Partial<DirectoryBlock> | null = null) {
  const provisionings = memoryProvisionings();
  const secrets = memorySecrets();
  const at = clock.now();
  const deps: ProvisionerDeps = {
    provisionings,
    secrets,
    inventory: { devices: unused, setReach: unused, withUuid: async () => [pc] },
    gateway: { withDevice: unused },
    statuses: { keep: unused, of: async () => [] },
    standings: { keepStatus: unused },
    trail: { append: async () => {} },
    blocks: {
      ...noBlocks,
      directoryOf: () =>
        block && { domain: 'corp.example', check: async () => 'HOST42IME$', put: unused, giveKey: unused, ...block },
    },
    clock,
    logger: recordingLogger(),
    newPassword: () => 'x',
    methods: [{ appliesTo: ['all'], method: 'out-of-band' }],
    outOfBand: {
      hellos: {
        get: async () => ({
          ...{ version: 3, uuid, credentialsSet: true, retries: 0, pid: null, roots: [heard], address: '10.0.0.7' },
          ...{ firstSeenAt: at, lastSeenAt: at, seen: 1, sources: [], doubt: null },
        }),
      },
      chains: {
        all: async () => [
          {
            ok: true,
            available: {
              name: 'corp',
              rootHashes: [heard],
              commonName: 'setup.corp.example',
              validFrom: new Date(0),
              validTo: new Date(at.getTime() + 60_000),
            },
            client: { certificates: '', key: '' },
          },
        ],
      },
      probes: { addressesOf: async () => ({ kind: 'none' }) },
      takesHellos: true,
      freshHours: 24,
      accounts: { secrets: { inForce: async () => null }, accounts: [], logIns: { takeLogIn: async () => true } },
      gatewayOf: () => {
        throw new Error('nothing is connected to here');
      },
    },
    inBand: null,
    ...more,
  };
  const provisioner = createProvisioner(deps);
  const wish = {
    device: pc,
    method: null,
    requestId: 'req_1',
    progressed: () => {},
    signal: new AbortController().signal,
  };
  const lend = <T>(wait: Promise<T>) => wait;
  return { ...provisioner, provisionings, secrets, start: () => provisioner.provision({ ...wish, lend }) };
}

const seen = (status: KeptAmtStatus['status'], ageMs: number): ProvisionerDeps['statuses'] => {
  const at = new Date(clock.now().getTime() - ageMs);
  return {
    keep: unused,
    of: async () => [{ deviceId: pc.id, at, since: at, status, subState: null, because: 'it lets us in' }],
  };
};

describe('the method of a PC', () => {
  test('the last rule that covers it, in-band where none does', () => {
    const rules = [
      { appliesTo: ['site:madrid'], method: 'out-of-band' },
      { appliesTo: ['group:new', 'host4*'], method: 'in-band' },
    ] as const;
    expect(methodOf({ name: 'host1', site: 'madrid', groups: [] }, rules)).toBe('out-of-band');
    expect(methodOf({ name: 'host42', site: 'madrid', groups: [] }, rules)).toBe('in-band');
    expect(methodOf({ name: 'host1', site: 'lyon', groups: [] }, rules)).toBe('in-band');
  });

  test('the other one is refused, though somebody asks for it; so is in-band where there is no endpoint', async () => {
    await expect(office().preflight(pc, 'in-band')).rejects.toMatchObject({
      code: 'provisioning_method_other',
      evidence: ['host42 is for out-of-band'],
    });
    await expect(office({ methods: [] }).preflight(pc, null)).rejects.toMatchObject({ code: 'in_band_unavailable' });
  });
});

describe('preflight', () => {
  test('tells mode, certificate, domain and the name there', async () => {
    expect(await office({}, {}).preflight(pc, 'out-of-band')).toEqual({
      mode: 'remote',
      chain: 'corp',
      directory: { domain: 'corp.example', objectName: 'HOST42IME$', isCut: false },
      hasAuthority: false,
      hasProfile: false,
      resumes: null,
    });
    const long = { ...pc, fqdn: 'reception-desk-17.corp.example' };
    expect(await office({}, {}).preflight(long, null)).toMatchObject({ directory: { isCut: true } });
  });

  test('nothing is begun with where no password could be sealed', async () => {
    const secrets = { ...memorySecrets(), ready: () => Promise.reject(new Error('the key is missing')) };
    const { preflight, start, provisionings } = office({ secrets });
    const refusal = { code: 'provisioning_no_sealing_key', evidence: ['the key is missing'] };
    await expect(preflight(pc, null)).rejects.toMatchObject(refusal);
    await expect(start()).rejects.toMatchObject(refusal);
    expect(await provisionings.get(pc.id)).toBeNull();
  });

  test('a PC that is provisioned is not begun with, by us or by others, unless it has said hello since', async () => {
    const hourMs = 3_600_000;
    const others = office({ statuses: seen('externally-provisioned', -hourMs) });
    await expect(others.preflight(pc, null)).rejects.toMatchObject({ code: 'already_provisioned' });
    const reset = office({ statuses: seen('provisioned', hourMs) });
    expect(await reset.preflight(pc, null)).toMatchObject({ chain: 'corp' });
    const back = office({ statuses: seen('provisioned', -1) });
    const { version } = await back.provisionings.begin({
      deviceId: pc.id,
      mode: 'remote',
      requestId: null,
      at: clock.now(),
    });
    await back.provisionings.change(pc.id, version, { state: 'removed' }, new Date(clock.now().getTime() + hourMs));
    expect(await back.preflight(pc, null)).toMatchObject({ chain: 'corp', resumes: null });
  });

  test.each([
    ['provisioned', 'already_provisioned'],
    ['removing', 'provisioning_removal'],
  ] as const)('a record that is %s: %s', async (state, code) => {
    const { preflight, provisionings } = office();
    const { version } = await provisionings.begin({
      deviceId: pc.id,
      mode: 'remote',
      requestId: null,
      at: clock.now(),
    });
    await provisionings.change(pc.id, version, { state }, clock.now());
    await expect(preflight(pc, null)).rejects.toMatchObject({ code });
  });

  test('once something was done to a PC it goes on the way that it was begun, without a hello, whatever the rules say by now', async () => {
    const { preflight, provisionings } = office({ methods: [] });
    const begun = await provisionings.begin({ deviceId: pc.id, mode: 'remote', requestId: null, at: clock.now() });
    await provisionings.done(pc.id, begun.version, 'meet', { chain: 'corp' }, clock.now());
    await expect(preflight(pc, null)).rejects.toMatchObject({ code: 'in_band_unavailable' });
    await provisionings.done(pc.id, begun.version + 1, 'set-clock', {}, clock.now());
    expect(await preflight(pc, null)).toMatchObject({
      mode: 'remote',
      chain: null,
      resumes: { done: ['meet', 'set-clock'] },
    });
  });

  test('one that stopped half-way and says hello again was reset: it begins anew, and its former passwords stay known', async () => {
    const { preflight, provisionings, secrets, start } = office();
    const early = new Date(clock.now().getTime() - 3_600_000);
    let { version } = await provisionings.begin({ deviceId: pc.id, mode: 'remote', requestId: null, at: early });
    for (const name of ['meet', 'keep-secrets', 'set-clock', 'set-mebx-password'] as const)
      version = (await provisionings.done(pc.id, version, name, { chain: 'gone' }, early))?.version ?? 0;
    const password = 'F0rmer-Passw0rd!';
    await secrets.propose(pc.id, 'administrator', { user: 'admin', password }, early);
    await provisionings.change(pc.id, version, { state: 'stopped' }, early);
    expect(await preflight(pc, null)).toMatchObject({ chain: 'corp', resumes: null });
    // Nothing is connected to here, so it stops at once.
    expect(await start()).toMatchObject({ state: 'stopped', done: [], failure: { step: 'meet' } });
    expect(await secrets.inForce(pc.id, 'administrator')).toMatchObject({ password });
    expect(await secrets.proposed(pc.id, 'administrator')).toBeNull();
  });

  test.each([
    ['directory_unreachable', 'provisioning_directory_refused'],
    ['directory_no_rights', 'provisioning_directory_refused'],
    ['directory_duplicate_spn', 'provisioning_duplicate_name'],
  ] as const)('a domain that says %s is said before anything is begun: %s', async (said, code) => {
    const check = () => Promise.reject(new DirectoryError(said, ['on OU=AMT']));
    const { preflight } = office({}, { check });
    await expect(preflight(pc, null)).rejects.toMatchObject({ code, evidence: expect.arrayContaining(['on OU=AMT']) });
  });
});

test('a service that died after the end and before it could tell does not begin anew', async () => {
  const { start, provisionings } = office();
  const begun = await provisionings.begin({ deviceId: pc.id, mode: 'remote', requestId: 'req_1', at: clock.now() });
  await provisionings.change(pc.id, begun.version, { state: 'provisioned' }, clock.now());
  expect(await start()).toMatchObject({ state: 'provisioned' });
});
