import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { policyOf } from '../../src/config/settings/policy-of.ts';
import { policyVersionOf } from '../../src/config/settings/policy-version.ts';
import { possiblePrincipalsOf, principalsOf } from '../../src/config/settings/principals-of.ts';

const version = (text: string) => policyVersionOf(parseConfig(text, 'oob.yaml'));

const roles = `
roles:
  - { id: operator, allow: [{ operations: [power-on, reset], targets: ['site:a', 'site:b'] }] }
  - { id: lead, approve: [{ operations: [reset] }] }
`;
const people = `
people:
  - { id: ana, name: Ana, roles: [operator, lead] }
  - { id: ben, name: Ben, roles: [lead] }
`;
const base = version(roles + people);

describe('the policy version', () => {
  test('is a SHA-256 in hex and the same each time', () => {
    expect(base).toMatch(/^[0-9a-f]{64}$/);
    expect(version(roles + people)).toBe(base);
  });

  test.each([
    ['the order of sections', people + roles],
    [
      'the order within lists',
      `${people.replace('operator, lead', 'lead, operator')}${roles.replace('power-on, reset', 'reset, power-on')}`,
    ],
    ['a default written out', `${roles}${people}operations: { power-off: { risk: peer } }\n`],
    [
      'names of people and their accounts',
      `${roles}${people.replace('name: Ana', 'name: Anna, accounts: { console: true }')}`,
    ],
    ['other sections', `${roles}${people}service: { logLevel: debug }\n`],
  ])('is not touched by %s', (_what, text) => {
    expect(version(text)).toBe(base);
  });

  test.each([
    ['a right more', roles.replace('power-on, reset', 'power-on, reset, power-off') + people],
    ['an administrator more', roles.replace('id: lead,', 'id: lead, administrator: true,') + people],
    ['another target', roles.replace('site:b', 'site:c') + people],
    [
      'another channel',
      roles.replace("targets: ['site:a', 'site:b']", "targets: ['site:a', 'site:b'], channels: ['slack:T1/C1']") +
        people,
    ],
    [
      'another approver right',
      roles.replace('approve: [{ operations: [reset]', 'approve: [{ operations: [all]') + people,
    ],
    ['a role taken from a person', roles + people.replace('[operator, lead]', '[operator]')],
    ['a person more', `${roles}${people}  - { id: cleo, name: Cleo, roles: [lead] }\n`],
    ['another risk', `${roles}${people}operations: { power-on: { risk: peer } }\n`],
    ['a limit of a role', roles.replace('id: lead,', 'id: lead, limits: { devicesPerRequest: 5 },') + people],
    ['a rule', `${roles}${people}rules: [{ id: many, devicesOver: 50, risk: two-peers }]\n`],
    ['a window', `${roles}${people}windows: [{ id: nights, from: '22:00', to: '05:00' }]\n`],
    [
      'a freeze',
      `${roles}${people}freezes: [{ id: xmas, from: 2026-12-24T00:00:00Z, to: 2026-12-27T00:00:00Z, reason: Christmas }]\n`,
    ],
    ['a hold', `${roles}${people}holds: [{ id: vip, targets: ['group:vip'], reason: VIP }]\n`],
    ['another step from which on a reason is due', `${roles}${people}approvals: { reasonFrom: act }\n`],
    ['another limit', `${roles}${people}limits: { devicesPerRequest: 5 }\n`],
  ])('changes with %s', (_what, text) => {
    expect(version(text)).not.toBe(base);
  });

  test('of two grants is not that of one with both lists', () => {
    const two =
      'roles: [{ id: r, allow: [{ operations: [reset], targets: [a] }, { operations: [power-on], targets: [b] }] }]';
    const one = 'roles: [{ id: r, allow: [{ operations: [reset, power-on], targets: [a, b] }] }]';
    expect(version(two)).not.toBe(version(one));
  });
});

describe('the rules as the core wants them', () => {
  const config = parseConfig(
    `${roles}
people:
  - id: ana
    name: Ana
    roles: [operator]
    accounts:
      console: true
      slack: [{ workspace: T1, user: U1 }]
      teams: [{ tenant: 11111111-2222-3333-4444-555555555555, object: AAAAAAAA-2222-3333-4444-555555555555 }]
  - { id: ben, name: Ben }
approvals: { expireMinutes: 5, confirmMinutes: 2 }
windows: [{ id: nights, from: '22:30', to: '05:00', timezone: Europe/Madrid }, { id: days, days: [mon], from: '08:00', to: '17:00' }]
freezes: [{ id: xmas, from: 2026-12-24T00:00:00+01:00, to: 2026-12-27T00:00:00Z, reason: Christmas }]
holds: [{ id: vip, targets: ['group:vip'], reason: VIP, until: 2027-01-01T00:00:00Z }, { id: lab, reason: lab }]
operations: { reset: { risk: act } }
`,
    'oob.yaml',
  );

  test('policy: version, roles, risks, limits, expiry in milliseconds', () => {
    expect(policyOf(config)).toMatchObject({
      version: policyVersionOf(config),
      risks: { 'read-status': 'read', 'power-on': 'act', 'power-off': 'peer', reset: 'act' },
      limits: { devicesPerRequest: 2000, requestsPerHour: 60 },
      breakGlassPerHour: 3,
      approvalExpiryMs: 300_000,
    });
    expect(policyOf(config).roles[1]).toEqual({
      id: 'lead',
      allow: [],
      approve: [{ operations: ['reset'], targets: ['all'] }],
      breakGlass: [],
      administrator: false,
      limits: {},
    });
  });

  test('windows, freezes and holds: minutes, the zone of the service where none is given, instants', () => {
    const { windows, freezes, holds, reasonFrom, confirmExpiryMs } = policyOf(config);
    expect(windows).toMatchObject([
      {
        id: 'nights',
        operations: ['all'],
        fromMinutes: 1_350,
        toMinutes: 300,
        timeZone: 'Europe/Madrid',
        outside: 'refuse',
      },
      { id: 'days', days: ['mon'], timeZone: 'UTC' },
    ]);
    expect(freezes[0]).toMatchObject({ from: new Date('2026-12-23T23:00:00Z'), to: new Date('2026-12-27T00:00:00Z') });
    expect(holds.map(({ until }) => until)).toEqual([new Date('2027-01-01T00:00:00Z'), null]);
    expect({ reasonFrom, confirmExpiryMs }).toEqual({ reasonFrom: 'two-peers', confirmExpiryMs: 120_000 });
  });

  test('people: accounts by the ids that the chat adapters give; nobody has one unasked', () => {
    expect(principalsOf(config)).toEqual([
      {
        id: 'ana',
        name: 'Ana',
        roles: ['operator'],
        accounts: [
          { platform: 'console', tenant: 'local', user: 'ana' },
          { platform: 'slack', tenant: 'T1', user: 'U1' },
          {
            platform: 'teams',
            tenant: '11111111-2222-3333-4444-555555555555',
            user: 'aaaaaaaa-2222-3333-4444-555555555555',
          },
        ],
      },
      { id: 'ben', name: 'Ben', roles: [], accounts: [] },
    ]);
  });

  test('what groups of a directory could give counts for who could approve, for people with an account there', () => {
    const some = principalsOf(config).map(({ id }) => id);
    const possible = possiblePrincipalsOf({
      people: config.people.map((each) => ({ ...each, directory: { domain: 'corp', sid: 'S-1-5-21-1-2-3-1001' } })),
      directory: { ...config.directory, roles: [{ domain: 'corp', group: 'S-1-5-21-1-2-3-512', role: 'lead' }] },
    });
    expect(possible.map(({ id }) => id)).toEqual(some);
    expect(possible.every(({ roles }) => roles.includes('lead'))).toBe(true);
    expect(possiblePrincipalsOf(config)).toEqual(principalsOf(config));
  });
});
