import { describe, expect, test } from '@jest/globals';
import { auditorOperations } from '../../src/operations/operation.ts';
import { decide } from '../../src/policy/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { itOps, person, policy, target } from '../support/fixtures.ts';

const withAuditor: Policy = {
  ...policy,
  roles: [
    ...policy.roles,
    {
      id: 'auditor',
      approve: [],
      allow: [{ operations: ['clear-audit-log', 'disable-audit-log'], targets: ['all'], channels: ['any'] }],
    },
  ],
};
const [operator, auditor, lead] = [
  person('operator', 'operator'),
  person('auditor', 'auditor'),
  person('lead', 'lead'),
];

const ask = (principal: typeof operator, operation: (typeof auditorOperations)[number]) =>
  decide({
    principal,
    people: [operator, auditor, lead],
    operation,
    devices: [target('host1')],
    conversation: itOps,
    recentAt: [],
    held: [],
    reason: null,
    now: new Date('2026-11-24T09:00:00Z'),
    timeZone: 'UTC',
    policy: withAuditor,
  });

describe.each(auditorOperations.map((operation) => [operation] as const))('%s', (operation) => {
  test('is not among "all": a role has to name it', () => {
    expect(ask(operator, operation)).toMatchObject({ verdict: 'refuse', code: 'not_allowed' });
  });
  test('an auditor may ask for it, and somebody else must approve', () => {
    expect(ask(auditor, operation)).toMatchObject({ verdict: 'approve', needed: 1, approvers: ['lead'] });
  });
});
