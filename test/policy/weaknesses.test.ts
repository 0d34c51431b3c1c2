import { describe, expect, test } from '@jest/globals';
import type { Policy } from '../../src/policy/policy.ts';
import { weekdays } from '../../src/policy/policy.ts';
import { weaknessesOf } from '../../src/policy/weaknesses.ts';
import { person, policy } from '../support/fixtures.ts';

const now = new Date('2026-11-24T09:00:00Z');
const people = [person('operator', 'operator'), person('lead', 'lead'), person('other', 'lead')];
const found = (more: Partial<Policy> = {}, who = people) =>
  weaknessesOf({ ...policy, ...more }, who, now).map(({ where, problem }) => `${where}: ${problem}`);
const scope = { operations: ['all' as const], targets: ['all'] };
const anyTime = { days: weekdays, fromMinutes: 0, toMinutes: 60, timeZone: 'UTC' };

describe('what is wrong with a valid policy', () => {
  test('nothing, where everybody can do what they have a role for', () => expect(found()).toEqual([]));

  test('a role that allows nothing; a role that nobody has; an administrator needs no grant', () => {
    const [first, second] = policy.roles;
    if (!first || !second) throw new Error('no roles');
    const empty = { id: 'empty', allow: [], approve: [] };
    expect(found({ roles: [first, second, empty, { ...empty, id: 'boss', administrator: true }] })).toEqual([
      'roles.empty: it allows nothing and approves nothing',
      'roles.empty: nobody has it',
      'roles.boss: nobody has it',
    ]);
  });

  test('people who can do nothing, and whom nobody can be', () => {
    expect(found({}, [...people, person('idle'), { ...person('ghost', 'operator'), accounts: [] }])).toEqual([
      'people.idle: no role: everything is refused',
      'people.ghost: no account: nobody can speak as this person',
    ]);
  });

  test('an operation that nobody can approve, or too few, by its own risk, a rule or a closed window', () => {
    const reset = (more: Partial<Policy>, who = people) =>
      found(more, who).filter((line) => line.startsWith('operations.reset'));
    expect(reset({}, people.slice(0, 1))).toEqual(['operations.reset: nobody can approve it (its own risk: peer)']);
    const rules = [{ ...scope, id: 'many', devicesOver: 50, risk: 'two-peers' as const }];
    expect(reset({ rules }, people.slice(0, 2))).toEqual([
      'operations.reset: too few can approve it for operator (rule many: two-peers)',
    ]);
    const windows = [{ ...scope, ...anyTime, id: 'nights', outside: 'two-peers' as const }];
    expect(reset({ windows }, people.slice(0, 2))).toEqual([
      'operations.reset: too few can approve it for operator (window nights closed: two-peers)',
    ]);
  });

  test('nobody without an account counts as somebody who can approve', () => {
    const silent = people.map((each) => (each.id === 'operator' ? each : { ...each, accounts: [] }));
    expect(found({}, silent)).toContain('operations.reset: nobody can approve it (its own risk: peer)');
  });

  test('windows that never open, freezes in the past, holds that are over', () => {
    const at = (text: string) => new Date(text);
    expect(
      found({
        windows: [{ ...scope, ...anyTime, id: 'never', days: [], outside: 'refuse' }],
        freezes: [
          { ...scope, id: 'past', from: at('2026-01-01T00:00:00Z'), to: now, reason: 'x' },
          { ...scope, id: 'coming', from: at('2027-01-01T00:00:00Z'), to: at('2027-01-02T00:00:00Z'), reason: 'x' },
        ],
        holds: [
          { ...scope, id: 'over', reason: 'x', until: at('2026-11-24T08:59:59Z') },
          { ...scope, id: 'lasting', reason: 'x', until: null },
        ],
      }),
    ).toEqual(['windows.never: it does not open within a week', 'freezes.past: it is over', 'holds.over: it is over']);
  });

  test('a rule that changes nothing, and one over more PCs than a request may have', () => {
    const rules = [
      { ...scope, id: 'idle', operations: ['reset' as const], devicesOver: 0, risk: 'confirm' as const },
      { ...scope, id: 'huge', devicesOver: 100, risk: 'two-peers' as const },
    ];
    expect(found({ rules })).toEqual([
      'rules.idle: every operation that it is about needs confirm anyway',
      'rules.huge: no request may be about so many PCs',
    ]);
  });
});
