import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/policy/decide.ts';
import { withoutHeld } from '../../src/policy/holds.ts';
import { type Freeze, type Hold, type MaintenanceWindow, type Policy, weekdays } from '../../src/policy/policy.ts';
import type { Question } from '../../src/policy/question.ts';
import type { TargetDevice } from '../../src/ports/store/inventory-store.ts';
import { itOps, person, policy, target } from '../support/fixtures.ts';

const operator = person('operator', 'operator');
const people = [operator, person('lead', 'lead'), person('other', 'lead')];
const now = new Date('2026-11-24T09:00:00Z');
const fleet = (count: number, more: Partial<TargetDevice> = {}) =>
  Array.from({ length: count }, (_, n) => target(`host${n + 1}`, more));
const ask = (rules: Partial<Policy> = {}, more: Partial<Question> = {}) =>
  decide({
    principal: operator,
    people,
    operation: 'power-on',
    devices: [target('host1')],
    held: [],
    conversation: itOps,
    recentAt: [],
    reason: null,
    now,
    timeZone: 'UTC',
    policy: { ...policy, ...rules },
    ...more,
  });

describe('the ladder', () => {
  const many = {
    id: 'many',
    operations: ['all' as const],
    targets: ['all'],
    devicesOver: 50,
    risk: 'two-peers' as const,
  };

  test('a rule by size begins with the first PC over it, and says so', () => {
    expect(ask({ rules: [many] }, { devices: fleet(50) })).toMatchObject({ verdict: 'allow', risk: 'act' });
    expect(ask({ rules: [many] }, { devices: fleet(51) })).toMatchObject({
      verdict: 'approve',
      needed: 2,
      approvers: ['lead', 'other'],
      because: ['rule many needs two other people: 51 PCs, over 50'],
    });
  });

  test('only PCs that the rule is about count', () => {
    const rules = [{ ...many, targets: ['site:madrid'] }];
    const devices = [...fleet(50), ...fleet(40, { site: 'lyon' })];
    expect(ask({ rules }, { devices })).toMatchObject({ risk: 'act' });
  });

  test('the strictest of all that fit counts, whatever their order', () => {
    const rules = [many, { ...many, id: 'few', devicesOver: 0, risk: 'confirm' as const }];
    for (const order of [rules, [...rules].reverse()]) {
      expect(ask({ rules: order }, { devices: fleet(51) })).toMatchObject({ risk: 'two-peers' });
      expect(ask({ rules: order }, { devices: fleet(1) })).toMatchObject({ verdict: 'confirm', risk: 'confirm' });
    }
  });

  test('a rule never makes less of what an operation asks for', () => {
    const rules = [{ ...many, devicesOver: 0, risk: 'confirm' as const }];
    expect(ask({ rules }, { operation: 'power-off' })).toMatchObject({ verdict: 'approve', needed: 1, risk: 'peer' });
  });

  test('"all" in a rule is not about what only looks', () => {
    expect(ask({ rules: [{ ...many, devicesOver: 0 }] }, { operation: 'read-status' })).toMatchObject({ risk: 'read' });
  });

  test('two-peers with a single other who may approve: nobody can, said at once', () => {
    const rules = [{ ...many, devicesOver: 0 }];
    expect(ask({ rules }, { people: people.slice(0, 2) })).toMatchObject({
      verdict: 'refuse',
      code: 'nobody_can_approve',
      details: ['2 needed, 1 may'],
    });
  });
});

describe('freezes', () => {
  const freeze: Freeze = {
    id: 'year-end',
    operations: ['all'],
    targets: ['site:madrid'],
    from: new Date('2026-11-24T08:00:00Z'),
    to: new Date('2026-11-24T10:00:00Z'),
    reason: 'Year-end closing',
  };
  const at = (instant: string, devices = [target('host1')]) =>
    ask({ freezes: [freeze] }, { now: new Date(instant), devices });

  test('freeze boundary: from its first instant on, until before its last', () => {
    expect(at('2026-11-24T07:59:59.999Z').verdict).toBe('allow');
    expect(at('2026-11-24T08:00:00Z')).toMatchObject({ code: 'frozen' });
    expect(at('2026-11-24T09:59:59.999Z')).toMatchObject({ code: 'frozen' });
    expect(at('2026-11-24T10:00:00Z').verdict).toBe('allow');
  });

  test('one frozen PC refuses all, with the reason, the end and which', () => {
    expect(at('2026-11-24T09:00:00Z', [target('a', { site: 'lyon' }), target('b')])).toMatchObject({
      code: 'frozen',
      details: ['Year-end closing (policy year-end), until 2026-11-24 10:00 UTC; 1 of 2 PCs: b'],
      rules: ['freeze year-end'],
    });
  });

  test('looking is never frozen unless it is named', () => {
    const looking = { operation: 'read-status' as const };
    expect(ask({ freezes: [freeze] }, looking).verdict).toBe('allow');
    expect(ask({ freezes: [{ ...freeze, operations: ['read-status'] }] }, looking)).toMatchObject({ code: 'frozen' });
  });
});

describe('windows', () => {
  const nights: MaintenanceWindow = {
    id: 'nights',
    operations: ['power-on'],
    targets: ['all'],
    days: weekdays,
    fromMinutes: 22 * 60,
    toMinutes: 5 * 60,
    timeZone: 'Europe/Madrid',
    outside: 'refuse',
  };

  test('outside: refused with the next opening in the zone of the window', () => {
    expect(ask({ windows: [nights] })).toMatchObject({
      code: 'outside_window',
      details: ['window nights opens 2026-11-24 22:00 CET; host1'],
    });
    expect(ask({ windows: [nights] }, { now: new Date('2026-11-24T21:00:00Z') }).verdict).toBe('allow');
  });

  test('what begins before it is due goes by the due time; what is overdue goes by now', () => {
    const opensAt = new Date('2026-11-24T21:00:00Z');
    const begins = { now: new Date('2026-11-24T20:50:00Z') };
    expect(ask({ windows: [nights] }, { ...begins, dueAt: opensAt }).verdict).toBe('allow');
    expect(ask({ windows: [{ ...nights, outside: 'confirm' }] }, { ...begins, dueAt: opensAt }).verdict).toBe('allow');
    expect(ask({ windows: [nights] }, { ...begins, dueAt: new Date('2026-11-24T20:59:00Z') })).toMatchObject({
      code: 'outside_window',
    });
    const late = { now: new Date('2026-11-25T09:00:00Z'), dueAt: opensAt };
    expect(ask({ windows: [nights] }, late)).toMatchObject({ code: 'outside_window' });
  });

  test('it is not begun early in a freeze, nor for a freeze', () => {
    const [begin, due] = ['2026-11-24T20:50:00Z', '2026-11-24T21:00:00Z'].map((time) => new Date(time));
    const freeze = (from: string, to: string) =>
      ask(
        {
          freezes: [
            {
              ...{ id: 'f', operations: ['all'], targets: ['all'], reason: 'x' },
              from: new Date(from),
              to: new Date(to),
            },
          ],
        },
        { now: begin ?? now, dueAt: due ?? now },
      );
    expect(freeze('2026-11-24T20:00:00Z', '2026-11-24T20:55:00Z')).toMatchObject({ code: 'frozen' });
    expect(freeze('2026-11-24T21:00:00Z', '2026-11-24T22:00:00Z')).toMatchObject({ code: 'frozen' });
    expect(freeze('2026-11-24T21:05:00Z', '2026-11-24T22:00:00Z').verdict).toBe('allow');
  });

  test('outside may be a step of the ladder instead', () => {
    expect(ask({ windows: [{ ...nights, outside: 'confirm' }] })).toMatchObject({
      verdict: 'confirm',
      because: ['window nights asks you once more while it is closed'],
    });
  });
});

describe('holds', () => {
  const hold: Hold = { id: 'vip-hold', operations: ['power-off'], targets: ['group:vip'], reason: 'VIP', until: now };
  const devices = [target('a'), target('boss', { groups: ['VIP'] })];
  const held = (holds: readonly Hold[], operation: 'power-off' | 'power-on', at: Date) =>
    withoutHeld(devices, operation, { ...policy, holds }, at).held.map(({ device }) => device.name);

  test('leave out what they are about, until they are over', () => {
    const before = new Date(now.getTime() - 1);
    expect(held([hold], 'power-off', before)).toEqual(['boss']);
    expect(held([hold], 'power-off', now)).toEqual([]);
    expect(held([hold], 'power-on', before)).toEqual([]);
    expect(held([{ ...hold, until: null }], 'power-off', new Date('2099-01-01T00:00:00Z'))).toEqual(['boss']);
  });

  test('a hold that empties the plan is what refuses it, not the missing approver', () => {
    const lasting = { ...hold, until: null };
    const boss = target('boss', { groups: ['vip'] });
    const question = { operation: 'power-off' as const, devices: [], held: [{ device: boss, hold: lasting }] };
    expect(ask({ holds: [lasting] }, { ...question, people: [operator] })).toMatchObject({
      code: 'held_by_policy',
      details: ['1 VIP (policy vip-hold)'],
      rules: ['hold vip-hold'],
    });
  });
});

describe('limits', () => {
  const [first, ...others] = policy.roles;
  const roles = [
    { ...first, id: 'operator', allow: first?.allow ?? [], approve: [], limits: { devicesPerRequest: 5 } },
    { ...first, id: 'night', allow: first?.allow ?? [], approve: [], limits: { requestsPerHour: 100 } },
    ...others,
  ];

  test('of a role are in place of the usual ones', () => {
    expect(ask({ roles }, { devices: fleet(6) })).toMatchObject({
      code: 'too_many_devices',
      details: ['6 named, 5 allowed'],
    });
    expect(ask({ roles }, { devices: fleet(5) })).toMatchObject({ verdict: 'allow', requestsPerHour: 60 });
  });

  test('of several roles the widest counts', () => {
    const principal = person('both', 'operator', 'night');
    expect(ask({ roles }, { principal, devices: fleet(100), recentAt: Array(99).fill(now) })).toMatchObject({
      verdict: 'allow',
    });
  });
});

describe('a reason', () => {
  test('is due from the step on that the policy names; blanks are none', () => {
    const rules = { reasonFrom: 'peer' as const };
    expect(ask(rules).verdict).toBe('allow');
    expect(ask(rules, { operation: 'power-off' })).toMatchObject({ code: 'needs_reason' });
    expect(ask(rules, { operation: 'power-off', reason: ' \t' })).toMatchObject({ code: 'needs_reason' });
    expect(ask(rules, { operation: 'power-off', reason: 'fire drill' })).toMatchObject({ verdict: 'approve' });
  });
});

test('all guards are looked at though the first fails, and what an earlier one makes pointless is skipped', () => {
  const { checks, verdict } = ask({}, { principal: person('guest'), devices: fleet(101) });
  expect(verdict).toBe('refuse');
  expect(checks.map(({ guard, state }) => [guard, state])).toEqual([
    ['role', 'fails'],
    ['channel', 'skipped'],
    ['targets', 'skipped'],
    ['holds', 'holds'],
    ['size', 'fails'],
    ['rate', 'holds'],
    ['break-glass', 'holds'],
    ['freezes', 'holds'],
    ['windows', 'holds'],
    ['reason', 'holds'],
    ['approvers', 'holds'],
  ]);
});
