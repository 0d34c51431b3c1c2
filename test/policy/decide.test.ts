import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/policy/decide.ts';
import { mayApprove } from '../../src/policy/grants.ts';
import type { Question } from '../../src/policy/question.ts';
import { itOps, person, policy, target } from '../support/fixtures.ts';

const operator = person('operator', 'operator');
const lead = person('lead', 'lead');

const now = new Date('2026-11-24T09:00:00Z');
const ask = (more: Partial<Question> = {}) =>
  decide({
    principal: operator,
    people: [operator, lead],
    operation: 'power-on',
    devices: [target('host1')],
    conversation: itOps,
    recentAt: [],
    held: [],
    reason: null,
    now,
    timeZone: 'UTC',
    policy,
    ...more,
  });

describe('deciding', () => {
  test('an act that a role grants is allowed', () =>
    expect(ask()).toMatchObject({ verdict: 'allow', rules: ['role operator', 'operation power-on acts'] }));

  test('what needs a peer names who may approve, never the one who asks', () => {
    const boss = person('boss', 'operator', 'lead');
    expect(ask({ principal: boss, people: [boss, operator, lead], operation: 'power-off' })).toMatchObject({
      verdict: 'approve',
      needed: 1,
      approvers: ['lead'],
    });
  });

  test('nobody else can approve: said at once', () => {
    const boss = person('boss', 'operator', 'lead');
    expect(ask({ principal: boss, people: [boss, operator], operation: 'power-off' })).toMatchObject({
      verdict: 'refuse',
      code: 'nobody_can_approve',
    });
  });

  test('no role: refused', () => expect(ask({ principal: person('guest') })).toMatchObject({ code: 'not_allowed' }));
  test('a role that is not defined gives nothing', () =>
    expect(ask({ principal: person('x', 'ghost') })).toMatchObject({ code: 'not_allowed' }));
  test('a role without the operation: refused', () =>
    expect(ask({ principal: lead })).toMatchObject({ code: 'not_allowed' }));

  const local = {
    ...policy,
    roles: [
      {
        id: 'operator',
        allow: [{ operations: ['power-on' as const], targets: ['site:madrid'], channels: ['console:local/it-ops'] }],
        approve: [],
      },
    ],
  };
  test('another channel: refused', () => {
    expect(ask({ policy: local, conversation: { ...itOps, channel: 'random' } })).toMatchObject({
      code: 'not_allowed_here',
    });
  });
  test('a channel of the same id on another platform or tenant is another channel', () => {
    expect(ask({ policy: local, conversation: { ...itOps, platform: 'slack' } })).toMatchObject({
      code: 'not_allowed_here',
    });
    expect(ask({ policy: local, conversation: { ...itOps, tenant: 'T2' } })).toMatchObject({
      code: 'not_allowed_here',
    });
  });
  test('one PC outside what the role covers refuses all of them', () => {
    expect(ask({ policy: local, devices: [target('host1'), target('host2', { site: 'lyon' })] })).toMatchObject({
      verdict: 'refuse',
      code: 'targets_not_allowed',
      details: ['1 of 2 PCs: host2'],
    });
  });
  test('targets of a grant for another channel do not count here', () => {
    const split = {
      ...local,
      roles: [
        {
          ...local.roles[0],
          id: 'operator',
          approve: [],
          allow: [
            ...(local.roles[0]?.allow ?? []),
            { operations: ['all' as const], targets: ['all'], channels: ['slack:T1/C1'] },
          ],
        },
      ],
    };
    expect(ask({ policy: split, devices: [target('host2', { site: 'lyon' })] })).toMatchObject({
      code: 'targets_not_allowed',
    });
  });
  test('too many devices, too many requests', () => {
    const many = Array.from({ length: 101 }, (_, n) => target(`host${n}`));
    expect(ask({ devices: many })).toMatchObject({ code: 'too_many_devices' });
    expect(ask({ recentAt: Array(60).fill(now) })).toMatchObject({ code: 'too_many_requests' });
  });
  test('too many requests: until when, by the clock', () => {
    const recentAt = Array.from({ length: 62 }, (_, n) => new Date(Date.parse('2026-11-24T08:05:00Z') + n * 1_000));
    // The third of them has to be an hour old: 60 may be made.
    expect(ask({ recentAt })).toMatchObject({
      code: 'too_many_requests',
      details: ['62 requests in the last hour, 60 allowed', 'There is room again from 09:06 UTC on'],
    });
  });
});

describe('who may approve', () => {
  test('only for every one of the devices', () => {
    const half = {
      ...policy,
      roles: [{ id: 'lead', allow: [], approve: [{ operations: ['all' as const], targets: ['site:madrid'] }] }],
    };
    expect(mayApprove(lead, 'reset', [target('a')], half)).toBe(true);
    expect(mayApprove(lead, 'reset', [target('a'), target('b', { site: 'lyon' })], half)).toBe(false);
  });
  test('a right to ask is no right to approve', () =>
    expect(mayApprove(operator, 'reset', [target('a')], policy)).toBe(false));
});
