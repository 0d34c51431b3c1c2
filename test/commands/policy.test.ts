import { describe, expect, test } from '@jest/globals';
import { commandSpecs } from '../../src/commands/index.ts';
import { conversationOf, explainPolicy } from '../../src/commands/policy/explain-policy.ts';
import { createPeople } from '../../src/identity/people.ts';
import { policyCard } from '../../src/messages/plan/policy-card.ts';
import { freezePlan } from '../../src/plan/freeze.ts';
import { decide } from '../../src/policy/decide.ts';
import { weekdays } from '../../src/policy/policy.ts';
import { itOps, person, policy, target } from '../support/fixtures.ts';

const operator = person('operator', 'operator');
const people = createPeople([operator, person('lead', 'lead')]);
const at = new Date('2026-11-24T09:00:00Z');
const frozen = {
  ...policy,
  freezes: [
    {
      id: 'year-end',
      operations: ['all' as const],
      targets: ['all'],
      from: at,
      to: new Date('2026-11-25T09:00:00Z'),
      reason: 'Closing',
    },
  ],
};
const ask = (commandText: string, rules = policy) =>
  explainPolicy(
    { commandText, principal: operator, conversation: itOps, at },
    {
      commands: commandSpecs,
      people,
      timeZone: 'UTC',
      explain: async ({ operation, parameters, reason, principal, conversation }, now) => {
        const devices = [target('host1'), target('host2')];
        const question = { principal, people: people.all(), operation, devices, held: [], conversation, reason };
        return {
          ok: true,
          plan: freezePlan({ operation, parameters, devices, policyVersion: rules.version }),
          excluded: [],
          decision: decide({ ...question, recentAt: [], now, timeZone: 'UTC', policy: rules }),
        };
      },
    },
  );

describe('explaining the policy', () => {
  test('the decision, what made it, and every guard', async () => {
    const answer = await ask('/oob poweroff host1,host2');
    expect(answer).toMatchObject({
      ok: true,
      verdict: 'approve',
      view: {
        title: 'Would wait for the approval of Lead: hard power-off of 2 PCs',
        facts: expect.arrayContaining([
          { label: 'As', value: 'Operator in console:local/it-ops, 2026-11-24 09:00 UTC' },
          { label: 'Made by', value: 'role operator; operation power-off needs a second person' },
          { label: 'Step', value: 'peer: acts after another person approved' },
        ]),
      },
    });
    expect(answer.ok && answer.view.table?.rows.map(([guard]) => guard)).toEqual([
      'role',
      'channel',
      'targets',
      'holds',
      'size',
      'rate',
      'break-glass',
      'freezes',
      'windows',
      'reason',
      'approvers',
    ]);
  });

  test('a refusal names the rule and what it found', async () => {
    const answer = await ask('poweron host1,host2', frozen);
    expect(answer).toMatchObject({
      ok: true,
      verdict: 'refuse',
      view: { title: 'Would be refused (frozen): power on of 2 PCs' },
    });
    expect(answer.ok && answer.view.facts).toContainEqual({ label: 'Made by', value: 'freeze year-end' });
    expect(answer.ok && answer.view.table?.rows).toContainEqual([
      'freezes',
      'FAILS',
      'Closing (policy year-end), until 2026-11-25 09:00 UTC; host1 and host2',
    ]);
  });

  test.each([
    ['nonsense host1', 'There is no command `nonsense`.'],
    ['help', '`help` does nothing to PCs, so there is nothing to plan'],
    ['poweron', 'Something is missing after poweron.'],
  ])('what plans nothing: %s', async (text, problem) => {
    expect(await ask(text)).toEqual({ ok: false, code: 'bad_usage', details: [problem] });
  });

  test.each([
    ['it-ops', { platform: 'console', tenant: 'local', channel: 'it-ops' }],
    ['slack:T024BE7LD/C012', { platform: 'slack', tenant: 'T024BE7LD', channel: 'C012' }],
    ['teams:72f9/19:abc@thread.tacv2', { platform: 'teams', tenant: '72f9', channel: '19:abc@thread.tacv2' }],
  ])('a channel: %s', (word, conversation) => expect(conversationOf(word)).toMatchObject(conversation));
  test.each(['x:y', 'irc:a/b', '', 'slack:/C1'])('no channel: %j', (word) => expect(conversationOf(word)).toBeNull());
});

test('the policy in force, each part as it stands now', () => {
  const rows = policyCard({
    now: at,
    timeZone: 'UTC',
    policy: {
      ...frozen,
      rules: [{ id: 'many', operations: ['power-on'], targets: ['site:madrid'], devicesOver: 50, risk: 'peer' }],
      windows: [
        {
          id: 'nights',
          operations: ['reset'],
          targets: ['all'],
          days: weekdays,
          fromMinutes: 22 * 60,
          toMinutes: 5 * 60,
          timeZone: 'UTC',
          outside: 'refuse',
        },
      ],
      holds: [{ id: 'vip', operations: ['all'], targets: ['group:vip'], reason: 'VIP', until: null }],
    },
  }).table?.rows;
  expect(rows).toEqual([
    ['rule many', 'power-on on site:madrid', 'peer over 50 PCs'],
    ['window nights', 'reset on all', 'closed (refuse), opens 2026-11-24 22:00 UTC'],
    ['freeze year-end', 'all on all', 'until 2026-11-25 09:00 UTC: Closing'],
    ['hold vip', 'all on group:vip', 'VIP'],
  ]);
});
