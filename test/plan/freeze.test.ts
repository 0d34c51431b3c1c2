import { expect, test } from '@jest/globals';
import { freezePlan } from '../../src/plan/freeze.ts';
import { target } from '../support/fixtures.ts';

const plan = {
  operation: 'power-off' as const,
  parameters: { a: '1', b: '2' },
  devices: [target('x'), target('y')],
  policyVersion: 'v1',
};

test('the order of devices and parameters does not matter', () => {
  expect(freezePlan({ ...plan, devices: [...plan.devices].reverse(), parameters: { b: '2', a: '1' } }).hash).toBe(
    freezePlan(plan).hash,
  );
});

test.each([
  ['another operation', { operation: 'reset' as const }],
  ['another parameter', { parameters: { a: '1' } }],
  ['one device more', { devices: [...plan.devices, target('z')] }],
  ['a device at another address', { devices: [target('x'), target('y', { reach: 'r2' })] }],
  ['addresses that two devices changed', { devices: [target('x', { reach: 'b' }), target('y', { reach: 'a' })] }],
  ['another policy', { policyVersion: 'v2' }],
])('%s is another plan', (_, change) =>
  expect(freezePlan({ ...plan, ...change }).hash).not.toBe(freezePlan(plan).hash),
);
