import { describe, expect, test } from '@jest/globals';
import { waitsFor } from '../../src/messages/plan/waits-for.ts';
import { unknownTarget } from '../../src/messages/unknown-target.ts';

describe('why a word means no PC', () => {
  test.each([
    ['host9999', '`host9999` is not in the inventory'],
    ['status:detected', 'No PC has the AMT status `detected`, as last seen'],
    ['failed:req_xxx', 'No PC failed in `req_xxx`, or there is no such request'],
    ['group:a\nb', '`group:a b` is not in the inventory'],
  ])('%j', (word, said) => expect(unknownTarget(word)).toBe(said));
});

describe('whose yes a request waits for', () => {
  const yes = { principal: 'ana', verdict: 'approve' as const, at: new Date(0) };
  test.each([
    [{ approvalsNeeded: 0, votes: [] }, 'confirmation by who asked'],
    [{ approvalsNeeded: 2, votes: [] }, '2 approvals'],
    [{ approvalsNeeded: 2, votes: [yes] }, '1 approval'],
  ])('%j', (request, said) => expect(waitsFor(request)).toBe(said));
});
