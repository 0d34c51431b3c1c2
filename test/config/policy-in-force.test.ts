import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { createPolicyInForce, reloadableSections } from '../../src/config/settings/policy-in-force.ts';
import type { TrailEntry } from '../../src/ports/trail/trail-store.ts';
import { recordingLogger } from '../store/testing.ts';

const start = `
people: [{ id: ana, name: Ana, roles: [op] }]
roles: [{ id: op, allow: [{ operations: [reset] }] }]
`;
const more = start.replace('[reset]', '[reset, power-on]');
const parsed = (text: string) => async () => parseConfig(text, '/etc/oob.yaml');

function inForce(append: (entries: readonly TrailEntry[]) => Promise<void> = async () => {}, text = start) {
  const entries: TrailEntry[] = [];
  const logger = recordingLogger();
  const policy = createPolicyInForce({
    config: parseConfig(text, '/etc/oob.yaml'),
    trail: {
      append: async (added) => {
        await append(added);
        entries.push(...added);
      },
    },
    clock: { now: () => new Date('2026-11-24T09:00:00Z') },
    logger,
  });
  return { policy, entries, logger };
}

describe('reading people and policy again', () => {
  test('takes over every section that it may, and no other', async () => {
    const { policy, entries } = inForce();
    const before = policy.policy().version;
    expect(
      await policy.reload(
        parsed(`${more}service: { timezone: Asia/Tokyo }\nwindows: [{ id: w, from: '01:00', to: '02:00' }]\n`),
      ),
    ).toBe(true);
    expect(policy.policy().roles[0]?.allow[0]?.operations).toEqual(['reset', 'power-on']);
    // Its times are in the zone of the service, which only a start changes.
    expect(policy.policy().windows[0]?.timeZone).toBe('UTC');
    expect(entries).toMatchObject([
      {
        kind: 'policy_changed',
        data: { from: before, to: policy.policy().version, changed: ['roles', 'windows'], afterRestart: ['service'] },
      },
    ]);
    expect(reloadableSections).toContain('holds');
  });

  test('refuses a configuration that is not valid as a whole', async () => {
    const { policy, entries, logger } = inForce();
    expect(await policy.reload(parsed(`${more}limits: { requestsPerHour: many }\n`))).toBe(false);
    expect(policy.policy().roles[0]?.allow[0]?.operations).toEqual(['reset']);
    expect(entries).toMatchObject([
      {
        kind: 'policy_not_taken',
        data: {
          from: policy.policy().version,
          code: 'ERR_CONFIG',
          mistakes: 1,
          at: [{ path: 'limits.requestsPerHour', line: 4 }],
        },
      },
    ]);
    expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
  });

  test('a changed account of a directory is named as long as it waits for a start', async () => {
    const domains = `
directory:
  domains:
    corp:
      dnsName: corp.example.com
      account: oob@corp.example.com
      password: { env: AD_PASSWORD }
      unit: OU=AMT,DC=corp,DC=example,DC=com
      certificateAuthorityFile: /etc/ca.pem
`;
    const account = (last: number) =>
      `${start.replace('roles: [op] }', `roles: [op], directory: { domain: corp, sid: S-1-5-21-1-2-3-${last} } }`)}${domains}`;
    const { policy, entries } = inForce(async () => {}, account(1104));
    await policy.reload(parsed(account(1105)));
    await policy.reload(parsed(account(1105).replace('[reset]', '[reset, power-on]')));
    await policy.reload(parsed(account(1104)));
    expect(entries.map(({ data }) => data.afterRestart)).toEqual([['people[].directory'], ['people[].directory'], []]);
  });

  test('where the trail cannot be written nothing changes', async () => {
    const { policy } = inForce(async () => Promise.reject(new Error('the disk is full')));
    const before = policy.policy();
    expect(await policy.reload(parsed(more))).toBe(false);
    expect(policy.policy()).toBe(before);
  });

  test('the same again is no change; of two at once the later one counts', async () => {
    const { policy, entries } = inForce();
    expect(await policy.reload(parsed(start))).toBe(false);
    expect(await Promise.all([policy.reload(parsed(more)), policy.reload(parsed(start))])).toEqual([true, true]);
    expect(policy.policy().roles[0]?.allow[0]?.operations).toEqual(['reset']);
    expect(entries).toHaveLength(2);
  });

  test('people come and go', async () => {
    const { policy } = inForce();
    await policy.reload(parsed(start.replace('id: ana, name: Ana', 'id: ben, name: Ben')));
    expect(policy.principals().map(({ id }) => id)).toEqual(['ben']);
  });
});
