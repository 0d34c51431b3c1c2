import { describe, expect, test } from '@jest/globals';
import { type AmtEvidence, classifyAmt } from '../../src/discovery/amt-status.ts';

const managed: AmtEvidence = {
  presence: 'answers',
  wasSeen: true,
  provisioningState: 'post',
  account: 'accepted',
  certificate: 'ours',
  controlMode: 'admin',
  inInventory: true,
};
const stranger: AmtEvidence = {
  ...managed,
  account: 'not_tried',
  certificate: 'unknown',
  controlMode: 'unknown',
  wasSeen: false,
};
const classed = (evidence: AmtEvidence) => {
  const { status, subState } = classifyAmt(evidence);
  return subState === null ? status : `${status} (${subState})`;
};

describe('AMT status', () => {
  test.each([
    ['ours', managed, 'provisioned'],
    ['nobody has looked', { ...stranger, presence: 'not_probed' }, 'unknown'],
    ['nothing answers', { ...stranger, presence: 'silent' }, 'not-supported'],
    ['nothing answers any more', { ...stranger, presence: 'silent', wasSeen: true }, 'not-supported (closed)'],
    ['before set-up', { ...stranger, provisioningState: 'pre' }, 'not-provisioned'],
    ['in set-up', { ...stranger, provisioningState: 'in' }, 'not-provisioned (in-provisioning)'],
    ['all accounts are refused', { ...stranger, account: 'refused' }, 'detected'],
    ['no account was tried', stranger, 'detected (account-not-tried)'],
    ['client control mode', { ...managed, controlMode: 'client' }, 'externally-provisioned'],
    ['a certificate of its own', { ...managed, certificate: 'self-signed' }, 'externally-provisioned'],
    ['no TLS', { ...managed, certificate: 'none' }, 'externally-provisioned'],
    ['not in the inventory', { ...managed, inInventory: false }, 'externally-provisioned'],
    ['it let us in although no port was seen', { ...managed, presence: 'silent' }, 'provisioned'],
  ] satisfies readonly (readonly [string, AmtEvidence, string])[])('%s', (_, evidence, expected) => {
    expect(classed(evidence)).toBe(expected);
  });
  test('each says what made it so', () => {
    expect(classifyAmt({ ...stranger, account: 'refused' }).because).toBe(
      'AMT answers and refuses every account that is known',
    );
  });
});
