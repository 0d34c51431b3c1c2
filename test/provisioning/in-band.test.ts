/** What happens around the agent: what is refused before anybody waits, and how a run waits. */
import { describe, expect, test } from '@jest/globals';
import type { Provisioning, ProvisioningStore } from '../../src/ports/provisioning/provisioning-store.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import { createInBandSetup } from '../../src/provisioning/in-band/await-agent.ts';
import { preflightInBand } from '../../src/provisioning/in-band/preflight.ts';
import { deviceOf } from '../prerequisites/testing.ts';

const uuid = '4c4c4544-0046-3610-8047-b4c04f564433';
const pc: Device = { ...deviceOf({ name: 'host42' }), uuid };
const { uuid: _none, ...nameless } = pc;

describe('preflight in band', () => {
  const bad = { ok: false, name: 'corp', why: ['corp: dates'] } as const;
  const deps = (sharers: number, chains: readonly (typeof bad)[] = [bad]) => ({
    inventory: { withUuid: async () => Array.from({ length: sharers }, () => pc) },
    chains: { all: async () => chains },
    hasAuthority: true,
    needsChain: true,
  });

  test('refuses what no agent could mend', async () => {
    const refused = (device: Device, given: ReturnType<typeof deps>) => expect(preflightInBand(device, given)).rejects;
    await refused(pc, { ...deps(1), hasAuthority: false }).toMatchObject({ code: 'provisioning_no_authority' });
    await refused(nameless, deps(1)).toMatchObject({ code: 'uuid_missing' });
    await refused(pc, deps(2)).toMatchObject({ code: 'uuid_shared', evidence: ['host42, host42'] });
    await refused(pc, deps(1, [])).toMatchObject({ code: 'provisioning_no_chain' });
    await refused(pc, deps(1)).toMatchObject({ code: 'provisioning_chain_unfit', evidence: ['corp: dates'] });
  });

  test('client control mode needs no certificate to show', async () => {
    await expect(preflightInBand(pc, { ...deps(1, []), needsChain: false })).resolves.toBeUndefined();
  });
});

describe('waiting for the agent', () => {
  /** One record, and a clock that moves a second at each look; `at` does something to the record at a second. */
  function ground(at: Readonly<Record<number, (record: Provisioning) => Partial<Provisioning>>>) {
    let seconds = 0;
    const now = () => new Date(seconds * 1_000);
    let record: Provisioning = {
      ...{
        deviceId: pc.id,
        mode: 'in-band',
        state: 'under-way',
        version: 1,
        requestId: 'req_1',
        done: [],
        attempt: null,
      },
      ...{ facts: {}, failure: null, startedAt: now(), changedAt: now() },
    };
    const put = (more: Partial<Provisioning>) => {
      record = { ...record, ...more, version: record.version + 1, changedAt: now() };
      return record;
    };
    const states: string[] = [];
    const provisionings: Pick<ProvisioningStore, 'of' | 'get' | 'change'> = {
      of: async () => [record],
      get: async () => record,
      async change(_id, version, to) {
        if (version !== record.version) return null;
        states.push(to.state ?? '');
        return put(to);
      },
    };
    const setUp = createInBandSetup({
      provisionings,
      clock: {
        now,
        async sleep() {
          seconds += 1;
          const change = at[seconds];
          if (change) put(change(record));
        },
      },
      waitMinutes: 1,
      wanted: 'admin',
      command: (isSetUp) => `rpc ${isSetUp}`,
    });
    const control = new AbortController();
    const wish = {
      ...{ device: pc, method: null, requestId: 'req_1', progressed: () => {}, signal: control.signal },
      lend: <T>(wait: Promise<T>) => wait,
    };
    return { run: () => setUp(record, wish), states, seconds: () => seconds, control };
  }

  test('nobody comes: the command stands in the outcome', async () => {
    const { run, seconds } = ground({});
    expect(await run()).toMatchObject({
      state: 'stopped',
      failure: {
        code: 'agent_absent',
        step: 'set-up-admin',
        evidence: ['waited 1 minutes for it', 'to be run on the PC: rpc false'],
      },
    });
    expect(seconds()).toBe(60);
  });

  test('it comes, goes, and comes again: one wait, and it is under way past the time', async () => {
    const gone = { step: 'set-up-admin', code: 'agent_gone', evidence: [] } as const;
    const { run, states } = ground({
      10: () => ({ state: 'under-way' }),
      12: () => ({ state: 'stopped', failure: gone }),
      50: () => ({ state: 'under-way' }),
      90: () => ({ state: 'provisioned' }),
    });
    expect(await run()).toMatchObject({ state: 'provisioned' });
    expect(states).toEqual(['awaiting-agent', 'awaiting-agent']);
  });

  test('a step that fails ends it; whoever worked with it and fell silent is waited for no longer', async () => {
    const failure = { step: 'tls', code: 'firmware_fault', evidence: [] } as const;
    const failed = ground({ 5: () => ({ state: 'under-way' }), 6: () => ({ state: 'stopped', failure }) });
    expect(await failed.run()).toMatchObject({ state: 'stopped', failure: { code: 'firmware_fault' } });
    const silent = ground({ 5: () => ({ state: 'under-way' }) });
    expect(await silent.run()).toMatchObject({ failure: { code: 'agent_absent' } });
    expect(silent.seconds()).toBeGreaterThan(600);
  });

  test('the run is cut off', async () => {
    const { run, control } = ground({
      3: () => {
        control.abort(new Error('stopping'));
        return {};
      },
    });
    await expect(run()).rejects.toThrow('stopping');
  });
});
