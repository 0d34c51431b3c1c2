import { expect, test } from '@jest/globals';
import { runPolicyCheck } from '../../../src/cli/policy/check.ts';
import { runPolicyExplain } from '../../../src/cli/policy/explain.ts';
import { exampleConfig } from '../../../src/config/example.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { createPeople } from '../../../src/identity/people.ts';
import { freezePlan } from '../../../src/plan/freeze.ts';
import { decide } from '../../../src/policy/decide.ts';
import { person, policy, target } from '../../support/fixtures.ts';

const now = new Date('2026-11-24T09:00:00Z');

function check(text: string) {
  const lines: string[] = [];
  const config = parseConfig(text, '/etc/oob.yaml');
  const code = runPolicyCheck({ config, file: '/etc/oob.yaml', now, out: (line) => lines.push(line) });
  return { code, lines };
}

test('policy check: 0 and one line when there is nothing to say', () => {
  const { code, lines } = check(`
people:
  - { id: ana, name: Ana, roles: [op], accounts: { console: true } }
  - { id: ben, name: Ben, roles: [lead], accounts: { console: true } }
roles:
  - { id: op, allow: [{ operations: [reset] }] }
  - { id: lead, approve: [{ operations: [all] }] }
console: { enabled: false }
`);
  expect(lines).toEqual([
    expect.stringMatching(
      /^The policy is valid \(2 roles, 0 rules, 0 windows, 0 freezes, 0 holds; version [0-9a-f]{12}\): nothing to warn of\.$/,
    ),
  ]);
  expect(code).toBe(0);
});

test('policy check: 1 with a line for each warning, the place first', () => {
  const { code, lines } = check(exampleConfig());
  expect(lines).toContain('oob.yaml: operations.boot: nobody can approve it (its own risk: peer).');
  expect(code).toBe(1);
});

async function explain(more: { as?: string; at?: string; channel?: string; text?: string } = {}) {
  const shown: string[] = [];
  const people = createPeople([person('operator', 'operator'), person('lead', 'lead')]);
  const show = (text: string) => {
    shown.push(text);
  };
  const code = await runPolicyExplain({
    text: 'poweron host1',
    as: 'operator',
    channel: 'it-ops',
    now,
    timeZone: 'UTC',
    people,
    out: show,
    err: show,
    explain: async ({ operation, parameters, principal, conversation, reason }, at) => {
      const devices = [target('host1')];
      const question = { principal, people: people.all(), operation, devices, held: [], conversation, reason };
      const decision = decide({ ...question, recentAt: [], now: at, timeZone: 'UTC', policy });
      return {
        ok: true,
        plan: freezePlan({ operation, parameters, devices, policyVersion: 'v1' }),
        excluded: [],
        decision,
      };
    },
    ...more,
  });
  return { code, shown: shown.join('\n') };
}

test.each([
  ['done at once', {}, 0, 'Would be done at once: power on of 1 PC'],
  ['waits', { text: 'reset host1' }, 3, 'Would wait for the approval of Lead'],
  ['refused', { as: 'lead' }, 2, 'Would be refused (not_allowed)'],
  ['at another time', { at: '2026-12-24 22:00' }, 0, '2026-12-24 22:00 UTC'],
  ['nobody', { as: 'ghost' }, 2, 'There is nobody with the id "ghost". People: operator, lead.'],
  ['no time', { at: 'soon' }, 2, '--at takes a date and time'],
  ['no channel', { channel: 'x:y' }, 2, '--channel takes PLATFORM:TENANT/CHANNEL'],
  ['no command', { text: 'fly host1' }, 2, 'There is no command'],
])('policy explain: %s', async (_what, more, code, text) => {
  const answer = await explain(more);
  expect(answer.shown).toContain(text);
  expect(answer.code).toBe(code);
});
