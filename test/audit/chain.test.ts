import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, genesisHash, hashEntry } from '../../src/audit/chain.ts';
import type { TrailEntry } from '../../src/ports/trail/trail-store.ts';

const entry: TrailEntry = {
  at: new Date('2026-01-05T10:00:00.123Z'),
  kind: 'asked',
  actor: 'person_operator',
  requestId: 'req_1',
  data: { b: 1, a: ['x', null] },
};

describe('canonical JSON', () => {
  test('sorts keys at every depth and keeps lists in order', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 3], a: null, '10': true, '9': false })).toBe(
      '{"10":true,"9":false,"a":null,"b":[{"c":2,"d":1},3]}',
    );
  });

  test('writes numbers and strings as RFC 8785 does', () => {
    // Section 3.2.2 of RFC 8785.
    const example = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(example)).toBe(
      `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
    );
  });

  test('what JSON does not have is treated as JSON.stringify does', () => {
    expect(canonicalJson({ a: undefined, b: [undefined], c: new Date(0) })).toBe(
      '{"b":[null],"c":"1970-01-01T00:00:00.000Z"}',
    );
    expect(canonicalJson(undefined)).toBe('null');
  });

  test('says the same value whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([key]) => key }), (pairs) => {
        expect(canonicalJson(Object.fromEntries(pairs))).toBe(canonicalJson(Object.fromEntries(pairs.toReversed())));
      }),
    );
  });
});

describe('the hash of an entry', () => {
  test('is SHA-256 over the previous hash and the canonical entry', () => {
    const text =
      '{"actor":"person_operator","at":"2026-01-05T10:00:00.123Z","data":{"a":["x",null],"b":1},"kind":"asked","requestId":"req_1","sequence":1}';
    expect(hashEntry(genesisHash, 1, entry)).toBe(
      createHash('sha256')
        .update(`${'0'.repeat(64)}${text}`)
        .digest('hex'),
    );
  });

  test('changes with each thing that an entry says, and with what was before', () => {
    const hashes = [
      hashEntry(genesisHash, 1, entry),
      hashEntry('1'.repeat(64), 1, entry),
      hashEntry(genesisHash, 2, entry),
      hashEntry(genesisHash, 1, { ...entry, at: new Date('2026-01-05T10:00:00.124Z') }),
      hashEntry(genesisHash, 1, { ...entry, kind: 'approved' }),
      hashEntry(genesisHash, 1, { ...entry, actor: 'person_approver' }),
      hashEntry(genesisHash, 1, { ...entry, requestId: null }),
      hashEntry(genesisHash, 1, { ...entry, data: { b: 2, a: ['x', null] } }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('does not change with what an entry carries besides', () => {
    const read = { ...entry, sequence: 1, previousHash: genesisHash, hash: 'any' };
    expect(hashEntry(genesisHash, 1, read)).toBe(hashEntry(genesisHash, 1, entry));
  });
});
