import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';

/** Path and answer of each problem; none when the text is accepted. */
function problems(text: string): readonly string[] {
  try {
    parseConfig(text, 'oob.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(
      (problem) => `${problem.path}: ${problem.allowed}${problem.advice ? ` | ${problem.advice}` : ''}`,
    );
  }
}

const slack = (more: string) => `slack: { workspaces: [T1], botToken: { env: BOT }, ${more} }`;
const person = (id: string, accounts: string, roles = '[]') =>
  `  - { id: ${id}, name: X, roles: ${roles}, accounts: ${accounts} }\n`;

describe('what one choice makes necessary', () => {
  test('Slack in mode socket needs the app token, in mode http the signing secret', () => {
    expect(problems(slack('mode: socket'))).toEqual([
      expect.stringMatching(/^slack\.appToken: .*Mode socket needs it/),
    ]);
    expect(problems(slack('mode: http'))).toEqual([
      expect.stringMatching(/^slack\.signingSecret: .*Mode http needs it/),
    ]);
    expect(problems(slack('mode: socket, appToken: { env: APP }'))).toEqual([]);
    expect(problems(slack('mode: http, signingSecret: { file: s }'))).toEqual([]);
  });

  test('an enabled console needs a token', () => {
    expect(problems('console: { enabled: true }')).toEqual([
      expect.stringMatching(/^console\.tokens: at least one token/),
    ]);
    const people = `people:\n${person('ana', '{ console: true }')}`;
    expect(problems(`console: { enabled: true, tokens: [{ person: ana, token: { env: T } }] }\n${people}`)).toEqual([]);
  });

  test('SingleTenant Teams takes one tenant', () => {
    const tenants = '[11111111-2222-3333-4444-555555555555, 11111111-2222-3333-4444-555555555556]';
    const teams = (type: string) =>
      `teams: { appId: 11111111-2222-3333-4444-555555555555, appPassword: { env: P }, appType: ${type}, tenants: ${tenants} }`;
    expect(problems(teams('SingleTenant'))).toEqual([expect.stringMatching(/^teams\.tenants: exactly one/)]);
    expect(problems(teams('MultiTenant'))).toEqual([]);
  });

  test('changing something can never be declared a mere look', () => {
    for (const name of ['power-on', 'power-off', 'reset']) {
      expect(problems(`operations: { ${name}: { risk: read } }`)).toEqual([
        expect.stringContaining(`operations.${name}.risk: act or confirm or peer or two-peers`),
      ]);
    }
    expect(problems('operations: { read-status: { risk: peer } }')).toEqual([]);
  });
});

describe('references', () => {
  test('a role that is not there, with the one that was meant', () => {
    const text = `people:\n${person('ana', '{}', '[operater]')}roles: [{ id: operator }]\n`;
    expect(problems(text)).toEqual(['people[0].roles[0]: the id of a role (operator) | Did you mean operator?']);
  });

  test('a token of somebody who is unknown or not on the console', () => {
    const text = `console: { tokens: [{ person: ana, token: { env: T } }] }\npeople:\n${person('ana', '{}')}`;
    expect(problems(text)).toEqual([expect.stringMatching(/^console\.tokens\[0\]\.person: .*accounts\.console: true/)]);
  });

  test('workspaces and tenants that are not listened to', () => {
    const text = `${slack('mode: http, signingSecret: { env: S }')}
people:\n${person('ana', '{ slack: [{ workspace: T2, user: U1 }] }')}
roles: [{ id: r, allow: [{ operations: [all], channels: ['slack:T3/C1', 'slack:T1/C1', 'console:local/it-opps'] }] }]
`;
    expect(problems(text)).toEqual([
      expect.stringMatching(/^people\[0\]\.accounts\.slack\[0\]\.workspace: one of slack\.workspaces \(T1\)/),
      expect.stringMatching(/^roles\[0\]\.allow\[0\]\.channels\[0\]: one of slack\.workspaces/),
      expect.stringMatching(
        /^roles\[0\]\.allow\[0\]\.channels\[2\]: a channel of the console .*Did you mean local\/it-ops\?/,
      ),
    ]);
  });

  test('accounts may stay while their platform is switched off', () => {
    expect(problems(`people:\n${person('ana', '{ slack: [{ workspace: T2, user: U1 }] }')}`)).toEqual([]);
  });
});

describe('ids', () => {
  test('of people, roles and channels stand once', () => {
    expect(problems(`people:\n${person('ana', '{}')}${person('ana', '{}')}`)).toEqual([
      'people[1].id: an id that stands here once',
    ]);
    expect(problems('roles: [{ id: r }, { id: r }]')).toEqual(['roles[1].id: an id that stands here once']);
    expect(problems('console: { channels: [{ id: a, name: A }, { id: a, name: B }] }')).toEqual([
      'console.channels[1].id: an id that stands here once',
    ]);
  });

  test('no account belongs to two people', () => {
    const twice =
      person('ana', '{ slack: [{ workspace: T1, user: U1 }] }') +
      person('ben', '{ slack: [{ workspace: T1, user: U1 }] }');
    expect(problems(`people:\n${twice}`)).toEqual([
      'people[1].accounts.slack[0].user: an account that nobody else has | It is already an account of ana.',
    ]);
    const elsewhere =
      person('ana', '{ slack: [{ workspace: T1, user: U1 }] }') +
      person('ben', '{ slack: [{ workspace: T2, user: U1 }] }');
    expect(problems(`people:\n${elsewhere}`)).toEqual([]);
  });

  test('a Teams account is the same in either case of its letters', () => {
    const ids = (object: string) => `{ teams: [{ tenant: 11111111-2222-3333-4444-555555555555, object: ${object} }] }`;
    const upper = ids('AAAAAAAA-2222-3333-4444-555555555555');
    const text = `people:\n${person('ana', upper)}${person('ben', upper.toLowerCase())}`;
    expect(problems(text)).toEqual([expect.stringMatching(/^people\[1\]\.accounts\.teams\[0\]\.object: /)]);
  });

  test('nobody is called like the service itself', () => {
    for (const id of ['oob', 'service', 'all']) {
      expect(problems(`people:\n${person(id, '{}')}`)).toEqual([
        expect.stringMatching(/^people\[0\]\.id: an id other than/),
      ]);
    }
  });

  test('a person is never found by mail address, display name or channel name', () => {
    expect(problems(`people:\n${person('ana', '{ slack: [{ workspace: T1, user: ana@example.com }] }')}`)).toHaveLength(
      1,
    );
    expect(problems(`people:\n${person('ana', "{ slack: [{ workspace: acme, user: '@ana' }] }")}`)).toHaveLength(2);
    expect(problems("roles: [{ id: r, allow: [{ operations: [all], channels: ['slack:T1/#it-ops'] }] }]")).toHaveLength(
      1,
    );
  });
});
