/** Provisioning as an operation: what is refused before anybody is asked, what the plan says, and how it ends. */
import { describe, expect, test } from '@jest/globals';
import type { DeviceTask } from '../../src/operations/operation.ts';
import { createProvision } from '../../src/operations/provisioning/provision.ts';
import { AmtError } from '../../src/ports/amt.ts';
import type { Provisioning } from '../../src/ports/provisioning/provisioning-store.ts';
import { ProvisioningError } from '../../src/provisioning/machine/provisioning-error.ts';
import type { Forecast, Provisioner } from '../../src/provisioning/provisioner.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { device, target } from '../support/fixtures.ts';

const clock = createFakeClock();
const record: Provisioning = {
  deviceId: 'dev_a',
  mode: 'remote',
  state: 'provisioned',
  version: 9,
  requestId: 'req_1',
  done: ['meet'],
  attempt: null,
  facts: { amtVersion: '15.0.23', tlsVersion: 'TLSv1.2', power: '2', 'skipped.kerberos': 'no domain' },
  failure: null,
  startedAt: clock.now(),
  changedAt: clock.now(),
};
const forecast: Forecast = {
  mode: 'remote',
  chain: 'corp',
  directory: { domain: 'corp.example', objectName: 'RECEPTIO-1A2B3CIME$', isCut: true },
  hasAuthority: true,
  hasProfile: true,
  resumes: null,
};

/** PCs by name; a code is why one is refused. */
function provisionOf(
  looks: Readonly<Record<string, Forecast | ProvisioningError>>,
  end: Provisioning | Error = record,
) {
  const wishes: Parameters<Provisioner['provision']>[0][] = [];
  const provisioner: Provisioner = {
    async preflight({ name }) {
      const found = looks[name];
      if (!found || found instanceof Error) throw found ?? new Error(name);
      return found;
    },
    async provision(wish) {
      wishes.push(wish);
      if (end instanceof Error) throw end;
      return end;
    },
  };
  const all = Object.keys(looks).map((name) => ({ ...device, id: `dev_${name}`, name }));
  const inventory = { devices: async (ids: readonly string[]) => all.filter(({ id }) => ids.includes(id)) };
  const operation = createProvision({ provisioner, inventory });
  const task: DeviceTask = {
    device,
    parameters: { mode: 'out-of-band' },
    interrupted: false,
    verifyMs: 1,
    clock,
    signal: new AbortController().signal,
    requestId: 'req_1',
    readPower: () => Promise.reject(new Error('power is not asked for')),
  };
  const targets = Object.keys(looks).map((name) => target(name));
  return { operation, task, targets, wishes, run: () => operation.withoutAmt?.(task, null) };
}

const stale = new ProvisioningError('hello_stale', ['30 hours old; at most 24 count']);
const unsure = new ProvisioningError('hello_unsure');

describe('before anybody is asked', () => {
  test('one PC that may not be is refused with its reason; several, with the first and how many have others', async () => {
    const alone = provisionOf({ a: stale });
    expect(await alone.operation.refusal?.(alone.targets)).toEqual({ code: 'hello_stale', details: stale.evidence });
    const all = provisionOf({ a: stale, b: unsure, c: stale });
    expect(await all.operation.refusal?.(all.targets)).toEqual({
      code: 'hello_stale',
      details: ['a and c', '30 hours old; at most 24 count', '1 more PC is refused for other reasons'],
    });
  });

  test('where one may be, it is asked for; the plan names the others', async () => {
    const { operation, targets } = provisionOf({ a: forecast, b: unsure });
    expect(await operation.refusal?.(targets)).toBeNull();
    const facts = Object.fromEntries(
      ((await operation.foretell?.(targets, {})) ?? []).map(({ label, value }) => [label, value]),
    );
    expect(facts).toEqual({
      Mode: 'out of band (1)',
      'Shows the PC': 'provisioning certificate corp',
      'Gives the PC':
        'new passwords, a certificate of our authority, an object in corp.example, the settings of its profile',
      'Names over 15 characters': 'in the directory: RECEPTIO-1A2B3CIME$',
      'Sent once only': 'the administrator password, making it take effect',
      'Will be refused': 'b (hello_unsure)',
    });
  });

  test('the plan speaks of a profile only where one covers the PC', async () => {
    const given = async (looks: Readonly<Record<string, Forecast>>) => {
      const { operation, targets } = provisionOf(looks);
      const facts = (await operation.foretell?.(targets, {})) ?? [];
      return facts.find(({ label }) => label === 'Gives the PC')?.value;
    };
    const bare = { ...forecast, hasProfile: false, directory: null };
    expect(await given({ a: bare, b: bare })).toBe(
      'new passwords, a certificate of our authority, no object in Active Directory, no settings (no profile covers it)',
    );
    expect(await given({ a: bare, b: forecast, c: bare })).toMatch(
      /, the settings of its profile \(1 of 3; no profile covers the others\)$/,
    );
  });

  test('a service that can not says so', async () => {
    const refusal = await createProvision(null).refusal?.([target('a')]);
    expect(refusal).toEqual({ code: 'provisioning_unavailable', details: [] });
  });

  test('an error that is no reason is not taken for one', async () => {
    const broken = () => Promise.reject(new TypeError('a mistake'));
    const operation = createProvision({
      provisioner: { preflight: broken, provision: broken },
      inventory: { devices: async () => [device] },
    });
    await expect(operation.refusal?.([target('host42')])).rejects.toThrow('a mistake');
  });
});

describe('how it ends', () => {
  test('provisioned: version, TLS and power are told, and what was not needed', async () => {
    const { run, wishes } = provisionOf({ a: forecast });
    expect(await run()).toMatchObject({
      status: 'ok',
      code: 'done',
      powerState: 2,
      amtVersion: '15.0.23',
      facts: { amt: '15.0.23', tls: 'TLSv1.2' },
      report: {
        summary: 'provisioned and verified (AMT 15.0.23, TLSv1.2)',
        facts: expect.arrayContaining([{ label: 'Not needed', value: 'its Kerberos key: no domain' }]),
      },
    });
    expect(wishes).toMatchObject([{ method: 'out-of-band', requestId: 'req_1' }]);
  });

  test('stopped: code and evidence of the step, what was done, what is left, and what to say', async () => {
    const failure = {
      step: 'certificate',
      code: 'provisioning_certificate_not_given',
      evidence: ['pki_ca_expired'],
    } as const;
    const end = await provisionOf({ a: forecast }, { ...record, state: 'stopped', failure }).run();
    expect(end).toMatchObject({
      status: 'failed',
      code: failure.code,
      evidence: ['pki_ca_expired', 'stopped at its certificate'],
    });
    expect(end?.report?.summary).toMatch(/^stopped at its certificate: The PC could not be given its certificate\.$/);
    expect(end?.report?.facts?.at(-2)).toEqual({ label: 'To give up', value: 'nothing: it is as it was' });
    expect(end?.report?.facts?.at(-1)?.value).toMatch(/^\/oob provision host42 /);
  });

  test('a code of another version is a mistake here; a refusal at the start is a failure with its code', async () => {
    const failure = { step: 'certificate', code: 'of_the_future', evidence: [] } as const;
    expect(await provisionOf({ a: forecast }, { ...record, state: 'stopped', failure }).run()).toMatchObject({
      code: 'internal_error',
    });
    expect(await provisionOf({ a: forecast }, stale).run()).toMatchObject({
      status: 'failed',
      code: 'hello_stale',
      evidence: stale.evidence,
    });
  });

  test('a failed conversation has nothing else to be tried instead', () => {
    const { operation, task } = provisionOf({ a: forecast });
    expect(operation.exclusive).toBe(true);
    expect(operation.withoutAmt?.(task, new AmtError('unreachable'))).toBeNull();
  });
});
