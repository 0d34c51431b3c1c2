import { describe, expect, test } from '@jest/globals';
import { auditorOperations, operationNames } from '../../src/operations/operation.ts';
import { leastReasonCharacters, reasonCharacters } from '../../src/policy/break-glass.ts';
import { decide } from '../../src/policy/decide.ts';
import { withoutHeld } from '../../src/policy/holds.ts';
import { type Freeze, type Hold, type MaintenanceWindow, type Policy, weekdays } from '../../src/policy/policy.ts';
import type { Question } from '../../src/policy/question.ts';
import { weaknessesOf } from '../../src/policy/weaknesses.ts';
import { itOps, person, policy, target } from '../support/fixtures.ts';

const now = new Date('2026-11-24T09:00:00Z');
const reason = 'pump room is flooded';
const onCall = {
  id: 'on-call',
  allow: [],
  approve: [],
  breakGlass: [{ operations: ['all' as const], targets: ['all'] }],
};
const withGlass: Policy = { ...policy, roles: [...policy.roles, onCall] };
const olga = person('olga', 'operator', 'on-call');
const people = [olga, person('lea', 'lead'), person('lou', 'lead')];
const scope = { operations: ['all' as const], targets: ['all'] };
const freeze: Freeze = { ...scope, id: 'xmas', from: new Date(0), to: new Date('2027-01-01'), reason: 'Christmas' };
const nights: MaintenanceWindow = {
  ...scope,
  ...{ id: 'nights', days: weekdays, fromMinutes: 22 * 60, toMinutes: 23 * 60, timeZone: 'UTC', outside: 'refuse' },
};
const hold: Hold = { ...scope, id: 'vip-hold', reason: 'VIP', until: null };

const ask = (rules: Partial<Policy> = {}, more: Partial<Question> = {}) =>
  decide({
    principal: olga,
    people,
    operation: 'power-off',
    devices: [target('host1')],
    held: [],
    conversation: itOps,
    recentAt: [],
    reason,
    glass: { recent: 0 },
    now,
    timeZone: 'UTC',
    policy: { ...withGlass, ...rules },
    ...more,
  });

const risky = (risk: 'confirm' | 'peer' | 'two-peers') => ({ risks: { ...policy.risks, 'power-off': risk } });

describe('breaking glass lifts', () => {
  test.each([
    ['confirm', 'confirm: asked once more'],
    ['peer', 'peer: 1 approval needed, 2 may approve'],
    ['two-peers', 'two-peers: 2 approvals needed, 2 may approve'],
  ] as const)('what %s asks for', (risk, found) => {
    expect(ask(risky(risk))).toMatchObject({
      verdict: 'allow',
      risk,
      lifted: [{ guard: 'approvers', found }],
      reviewers: ['lea', 'lou'],
    });
  });

  test('approvals that nobody could give: then nobody can review it either, and it says so', () => {
    expect(ask({}, { people: [olga] })).toMatchObject({
      verdict: 'allow',
      lifted: [{ guard: 'approvers', found: 'peer: 1 approval needed, 0 may approve' }],
      reviewers: [],
    });
  });

  test('a freeze, a closed window and the approvals together, each as it was found', () => {
    const decision = ask({ freezes: [freeze], windows: [nights] });
    expect(decision.verdict).toBe('allow');
    expect(decision.lifted).toEqual([
      { guard: 'freezes', found: expect.stringMatching(/^Christmas \(policy xmas\), until 2027-01-01/) },
      { guard: 'windows', found: expect.stringMatching(/^window nights opens 2026-11-24 22:00 UTC; host1/) },
      { guard: 'approvers', found: 'peer: 1 approval needed, 2 may approve' },
    ]);
    expect(decision.checks.filter(({ state }) => state === 'lifted').map(({ guard }) => guard)).toEqual([
      'freezes',
      'windows',
      'approvers',
    ]);
  });

  test('a step that a rule or a closed window leads to', () => {
    const lifting = { windows: [{ ...nights, outside: 'two-peers' as const }] };
    expect(ask(lifting, { operation: 'power-on' })).toMatchObject({
      verdict: 'allow',
      risk: 'two-peers',
      because: ['window nights needs two other people while it is closed'],
      lifted: [{ guard: 'approvers' }],
    });
  });

  test('nothing where nothing stands in the way, whatever the roles: an ordinary request', () => {
    for (const principal of [olga, person('olaf', 'operator')]) {
      const decision = ask({}, { principal, operation: 'power-on' });
      expect(decision).toMatchObject({ verdict: 'allow', lifted: [] });
      expect(decision.checks).toContainEqual({
        guard: 'break-glass',
        state: 'holds',
        found: 'nothing stands in the way: this is an ordinary request',
      });
    }
  });

  test('nothing when it is not asked for, however much a role grants', () => {
    const decision = decide({
      ...{ principal: olga, people, operation: 'power-off', devices: [target('host1')], held: [] },
      ...{ conversation: itOps, recentAt: [], reason, now, timeZone: 'UTC', policy: withGlass },
    });
    expect(decision).toMatchObject({ verdict: 'approve', needed: 1, lifted: [] });
  });
});

describe('breaking glass never lifts', () => {
  const stranger = person('olga', 'on-call');
  const local = {
    roles: [
      onCall,
      ...policy.roles.map((role) => ({
        ...role,
        allow: role.allow.map((grant) => ({ ...grant, targets: ['site:madrid'], channels: ['console:local/it-ops'] })),
      })),
    ],
  };
  const fleet = (count: number) => Array.from({ length: count }, (_, n) => target(`host${n + 1}`));
  test.each([
    ['the right to ask', {}, { principal: stranger }, 'not_allowed'],
    ['the channels', local, { conversation: { ...itOps, channel: 'other' } }, 'not_allowed_here'],
    ['the targets', local, { devices: [target('host1', { site: 'lyon' })] }, 'targets_not_allowed'],
    ['the number of PCs', {}, { devices: fleet(101) }, 'too_many_devices'],
    ['the requests of an hour', {}, { recentAt: Array(60).fill(now) }, 'too_many_requests'],
  ] as const)('%s', (_what, rules, more, code) => {
    expect(ask({ freezes: [freeze], ...rules }, more)).toMatchObject({ verdict: 'refuse', code });
  });

  test('holds', () => {
    const rules = { ...withGlass, holds: [hold] };
    const { devices, held } = withoutHeld([target('host1')], 'power-off', rules, now);
    expect(ask({ holds: [hold] }, { devices, held })).toMatchObject({ verdict: 'refuse', code: 'held_by_policy' });
  });

  test.each(auditorOperations)('what is for auditors: %s, named or not', (operation) => {
    const auditor = { id: 'auditor', allow: [{ ...scope, operations: [operation], channels: ['any'] }], approve: [] };
    const named = { ...onCall, breakGlass: [{ operations: [operation, 'all' as const], targets: ['all'] }] };
    const roles = [...policy.roles, auditor, named];
    const principal = person('olga', 'auditor', 'on-call');
    expect(ask({ roles }, { principal, operation })).toMatchObject({
      verdict: 'refuse',
      code: 'no_break_glass',
      details: [`never for ${operation}: it is for auditors`],
    });
  });
});

describe('breaking glass needs', () => {
  test('a grant: none by default, and none of the approvers or administrators has one', () => {
    const chief = { id: 'chief', allow: [], approve: [{ ...scope }], administrator: true };
    const roles = [...withGlass.roles, chief];
    expect(ask({ roles }, { principal: person('olga', 'operator', 'lead', 'chief') })).toMatchObject({
      verdict: 'refuse',
      code: 'no_break_glass',
      details: ['no role of yours grants it for power-off'],
    });
  });

  test('a grant for the operation and for every one of the PCs', () => {
    const granting = (operations: readonly (typeof operationNames)[number][], targets: readonly string[]) => ({
      roles: [...policy.roles, { ...onCall, breakGlass: [{ operations, targets }] }],
    });
    expect(ask(granting(['reset'], ['all']))).toMatchObject({ code: 'no_break_glass' });
    const two = { devices: [target('host1'), target('host2', { site: 'lyon' })] };
    expect(ask(granting(['power-off'], ['site:madrid']), two)).toMatchObject({
      code: 'no_break_glass',
      details: ['1 of 2 PCs outside site:madrid'],
    });
    expect(ask(granting(['power-off'], ['site:madrid']))).toMatchObject({ verdict: 'allow' });
  });

  test('to be rare', () => {
    expect(ask({}, { glass: { recent: 2 } })).toMatchObject({ verdict: 'allow' });
    expect(ask({}, { glass: { recent: 3 } })).toMatchObject({ verdict: 'refuse', code: 'too_much_break_glass' });
    expect(ask({ breakGlassPerHour: 0 })).toMatchObject({ code: 'too_much_break_glass' });
  });

  test.each([
    ['none', null],
    ['an empty one', ''],
    ['blanks', ' \t \n         '],
    ['one that is too short', 'fire now!'],
    ['one of dots', '....................'],
    ['what cannot be seen', '\u200b\u200d\u2060\ufeff\u3164\u115f\u00ad'.repeat(5)],
    ['blank braille', '\u2800'.repeat(20)],
    ['letters among blanks', 'f     i     r'],
    ['accents alone', '\u0301'.repeat(20)],
  ])('a reason: not %s', (_what, text) => {
    expect(ask({}, { reason: text })).toMatchObject({ verdict: 'refuse', code: 'break_glass_reason' });
    // So that nobody learns by it whether something stands in the way.
    expect(ask({}, { reason: text, operation: 'power-on' })).toMatchObject({ code: 'break_glass_reason' });
  });

  test('ten characters are enough, in any script', () => {
    expect(['host hangs', 'ポンプ室が浸水している', 'пожар в зале'].map((text) => reasonCharacters(text))).toEqual([
      leastReasonCharacters,
      11,
      12,
    ]);
  });
});

test('of every operation: with the grant it is done, but for what is for auditors', () => {
  for (const operation of operationNames.filter((each) => !auditorOperations.includes(each)))
    expect(ask({ risks: { ...policy.risks, [operation]: 'peer' } }, { operation })).toMatchObject({
      verdict: 'allow',
      lifted: [{ guard: 'approvers' }],
    });
});

test('policy check: a grant for what one may not ask for, and one whose use nobody else can sign off', () => {
  const only = { ...onCall, breakGlass: [{ operations: ['reset' as const], targets: ['all'] }] };
  const rules = { ...policy, roles: [...policy.roles, only] };
  const found = (...who: Parameters<typeof person>[]) =>
    weaknessesOf(
      rules,
      who.map((each) => person(...each)),
      now,
    ).map(({ where, problem }) => `${where}: ${problem}`);
  // To unprovision takes two others.
  expect(found(['olga', 'operator', 'on-call'], ['lea', 'lead'], ['lou', 'lead'])).toEqual([]);
  expect(found(['olga', 'on-call'], ['lea', 'lead', 'operator'], ['lou', 'lead'], ['liz', 'lead'])).toEqual([
    'operations.reset: olga may break glass for it but not ask for it',
  ]);
  expect(found(['olga', 'operator', 'on-call', 'lead'])).toContain(
    'operations.reset: nobody can sign it off when olga breaks glass',
  );
});
