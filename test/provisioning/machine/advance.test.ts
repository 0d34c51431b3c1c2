/** The walk over steps: what is written down when, and what is done again after a crash. */
import { describe, expect, test } from '@jest/globals';
import { AmtError } from '../../../src/ports/amt.ts';
import { DirectoryError } from '../../../src/ports/directory.ts';
import { PkiError } from '../../../src/ports/pki.ts';
import type { Provisioning, ProvisioningStep } from '../../../src/ports/provisioning/provisioning-store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import { advance } from '../../../src/provisioning/machine/advance.ts';
import type { MachineDeps } from '../../../src/provisioning/machine/machine-deps.ts';
import { ProvisioningError } from '../../../src/provisioning/machine/provisioning-error.ts';
import type { SetupAccess, SetupStep } from '../../../src/provisioning/machine/setup-step.ts';
import { recordingLogger } from '../../store/testing.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { device } from '../../support/fixtures.ts';
import { memoryProvisionings, memorySecrets } from './memory-stores.ts';
import { noBlocks } from './perform-step.ts';

const never = new AbortController().signal;
const access: SetupAccess = { as: () => Promise.reject(new Error('no step here speaks with a PC')) };

function machine() {
  const provisionings = memoryProvisionings();
  const trail: TrailEntry[] = [];
  const seen: string[] = [];
  const unused = () => Promise.reject(new Error('not used here'));
  const deps: MachineDeps = {
    provisionings,
    secrets: memorySecrets(),
    inventory: { devices: unused, setReach: unused },
    gateway: { withDevice: unused },
    statuses: { keep: unused },
    standings: { keepStatus: unused },
    trail: { append: async (entries) => void trail.push(...entries) },
    blocks: noBlocks,
    clock: createFakeClock(),
    logger: recordingLogger(),
    newPassword: () => 'x',
    progressed: ({ done }) => seen.push(done.join(' ')),
  };
  const begin = () =>
    provisionings.begin({ deviceId: device.id, mode: 'remote', requestId: 'req_1', at: deps.clock.now() });
  const walk = (record: Provisioning, steps: readonly SetupStep[], signal = never) =>
    advance(record, device, access, steps, deps, signal);
  return { provisionings, deps, trail, seen, begin, walk };
}

/** A step that does what is said, in turn; the last stays. */
function step(name: ProvisioningStep, kind: SetupStep['kind'], ...ends: readonly (Error | null)[]) {
  const calls: string[] = [];
  const made = {
    name,
    kind,
    calls,
    async perform() {
      const end = ends[Math.min(calls.length, ends.length - 1)] ?? null;
      calls.push('perform');
      if (end) throw end;
      return { [`by.${name}`]: 'done' };
    },
  };
  return made satisfies SetupStep;
}

const oneShot = (name: ProvisioningStep, found: boolean | null, ...ends: readonly (Error | null)[]) => {
  const made = step(name, 'one-shot', ...ends);
  const wasDone = async () => {
    made.calls.push('look');
    return found;
  };
  return { ...made, wasDone } satisfies SetupStep;
};

const lost = new AmtError('connection_dropped', ['the answer was lost'], { mayHaveActed: true });

describe('a walk that nothing disturbs', () => {
  test('each step is on disk as an attempt before it, and as done after it; facts are kept; the trail has each stage', async () => {
    const { begin, walk, provisionings, trail, seen } = machine();
    const end = await walk(await begin(), [step('meet', 'repeatable'), step('certificate', 'repeatable')]);
    expect(provisionings.writes).toEqual([
      'attempt meet',
      'done meet',
      'attempt certificate',
      'done certificate',
      'change provisioned',
    ]);
    expect(end).toMatchObject({ state: 'provisioned', facts: { 'by.meet': 'done', 'by.certificate': 'done' } });
    expect(trail.map(({ kind, requestId, data }) => [kind, requestId, data.stage])).toEqual([
      ['provisioning_stage', 'req_1', 'activate'],
      ['provisioning_stage', 'req_1', 'secure'],
    ]);
    expect(seen.at(-1)).toBe('meet certificate');
  });

  test('what is not needed is done without an attempt, and its reason is kept', async () => {
    const { begin, walk, provisionings } = machine();
    const unneeded = { ...step('kerberos', 'repeatable'), notNeeded: () => 'no domain' };
    expect((await walk(await begin(), [unneeded])).facts).toEqual({ 'skipped.kerberos': 'no domain' });
    expect(unneeded.calls).toEqual([]);
    expect(provisionings.writes).toEqual(['done kerberos', 'change provisioned']);
  });
});

describe('a step that fails', () => {
  test.each([
    ['of the PC', new AmtError('unreachable', ['nobody there']), 'unreachable', ['nobody there']],
    ['of ours', new ProvisioningError('provisioning_no_name'), 'provisioning_no_name', []],
    [
      'of the authority',
      new PkiError('pki_ca_expired'),
      'provisioning_certificate_not_given',
      [expect.stringMatching(/^pki_ca_expired: /)],
    ],
    [
      'of the domain',
      new DirectoryError('directory_no_rights', ['on OU=AMT']),
      'provisioning_directory_refused',
      [expect.stringMatching(/^directory_no_rights: /), 'on OU=AMT'],
    ],
    [
      'a doubled name',
      new DirectoryError('directory_duplicate_spn', ['HTTP/x has CN=y']),
      'provisioning_duplicate_name',
      ['HTTP/x has CN=y'],
    ],
    [
      'of the key',
      Object.assign(new Error('the key is missing'), { code: 'ERR_SECRET_KEY' }),
      'provisioning_no_sealing_key',
      ['the key is missing'],
    ],
    ['a mistake', new TypeError('secret text'), 'internal_error', []],
  ])(
    '%s: it stops there with reason and evidence, and the next walk goes on from it',
    async (_what, error, code, evidence) => {
      const { begin, walk, trail } = machine();
      const first = step('meet', 'repeatable');
      const second = step('certificate', 'repeatable', error, null);
      const stopped = await walk(await begin(), [first, second]);
      expect(stopped).toMatchObject({
        state: 'stopped',
        done: ['meet'],
        failure: { step: 'certificate', code, evidence },
      });
      expect(trail.at(-1)).toMatchObject({ kind: 'provisioning_stopped', data: { step: 'certificate', code } });
      expect(await walk(await begin(), [first, second])).toMatchObject({ state: 'provisioned', failure: null });
      expect([first.calls, second.calls]).toEqual([['perform'], ['perform', 'perform']]);
    },
  );

  test('ended by the signal it leaves its attempt, and no failure', async () => {
    const { begin, walk, provisionings } = machine();
    const stopping = new AbortController();
    const cut: SetupStep = {
      name: 'meet',
      kind: 'repeatable',
      async perform() {
        stopping.abort();
        throw new AmtError('cancelled');
      },
    };
    await expect(walk(await begin(), [cut], stopping.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await provisionings.get(device.id)).toMatchObject({
      state: 'under-way',
      attempt: { step: 'meet' },
      failure: null,
    });
  });

  test('when somebody else works on the record this process leaves it to them', async () => {
    const { begin, walk, provisionings, deps } = machine();
    const record = await begin();
    await provisionings.attempt(device.id, record.version, 'meet', deps.clock.now());
    const late = step('meet', 'repeatable');
    expect(await walk(record, [late])).toMatchObject({ state: 'under-way', attempt: { step: 'meet' } });
    expect(late.calls).toEqual([]);
  });
});

describe('a one-shot step', () => {
  test('whose answer was lost is looked into: done, it is not sent again', async () => {
    const { begin, walk } = machine();
    const commit = oneShot('commit', true, lost);
    expect((await walk(await begin(), [commit])).state).toBe('provisioned');
    expect(commit.calls).toEqual(['perform', 'look']);
  });

  test('that was lost and can not be told stops, and is looked into before it is sent at the next walk', async () => {
    const { begin, walk } = machine();
    const first = oneShot('commit', null, lost);
    expect(await walk(await begin(), [first])).toMatchObject({ failure: { code: 'connection_dropped' } });
    const second = oneShot('commit', null);
    expect(await walk(await begin(), [second])).toMatchObject({ failure: { code: 'provisioning_step_unclear' } });
    expect(second.calls).toEqual(['look']);
    const third = oneShot('commit', false);
    expect((await walk(await begin(), [third])).state).toBe('provisioned');
    expect(third.calls).toEqual(['look', 'perform']);
  });

  test.each([
    [true, ['look']],
    [false, ['look', 'perform']],
  ])('with an attempt that a crash left (done: %s) is looked into first', async (found, calls) => {
    const { begin, walk, provisionings, deps } = machine();
    const record = await begin();
    const crashed = await provisionings.attempt(device.id, record.version, 'set-administrator', deps.clock.now());
    const again = oneShot('set-administrator', found);
    if (crashed) await walk(crashed, [again]);
    expect(again.calls).toEqual(calls);
  });
});
