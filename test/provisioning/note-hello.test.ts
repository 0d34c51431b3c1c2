import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReceivedHello } from '../../src/ports/hello/hello.ts';
import type { HelloRecord } from '../../src/ports/hello/hello-store.ts';
import { noteHello } from '../../src/provisioning/hello/note-hello.ts';
import { isPlaceholderUuid } from '../../src/provisioning/hello/placeholder-uuid.ts';

const uuid = '939b524b-13d4-1d18-e487-1c697a6b7a2b';
const minuteMs = 60_000;
const start = Date.parse('2026-11-24T09:00:00Z');

interface Said {
  readonly minute: number;
  readonly from?: string;
  readonly root?: string;
}
const helloOf = ({ minute, from = '10.1.0.5', root = 'aa' }: Said): ReceivedHello => ({
  version: 3,
  uuid,
  credentialsSet: true,
  retries: minute,
  pid: null,
  roots: [{ kind: 'sha256', hex: root }],
  address: from,
  at: new Date(start + minute * minuteMs),
});
function heard(...said: readonly Said[]): HelloRecord {
  let record: HelloRecord | null = null;
  for (const one of said) record = noteHello(record, helloOf(one));
  if (!record) throw new Error('nothing was said');
  return record;
}

describe('what is known of a UUID', () => {
  test('is when it was heard first and last, how often, and what it said last', () => {
    const record = heard({ minute: 0 }, { minute: 1 }, { minute: 2, root: 'bb' });
    expect(record).toMatchObject({ seen: 3, retries: 2, address: '10.1.0.5', roots: [{ hex: 'bb' }], doubt: null });
    expect([record.firstSeenAt, record.lastSeenAt]).toEqual([new Date(start), new Date(start + 2 * minuteMs)]);
  });

  test('the same PC at a new address is still one PC', () => {
    const record = heard(
      { minute: 0 },
      { minute: 1 },
      { minute: 6, from: '10.1.0.77' },
      { minute: 11, from: '10.1.0.77' },
    );
    expect(record).toMatchObject({ address: '10.1.0.77', doubt: null });
  });

  test('a root added in MEBx is no other PC', () => {
    expect(heard({ minute: 0 }, { minute: 5, root: 'bb' }, { minute: 6, root: 'bb' }).doubt).toBeNull();
  });

  test('two PCs of a bad vendor send it in turn', () => {
    const record = heard({ minute: 0 }, { minute: 0, from: '10.1.0.6' }, { minute: 1 });
    expect(record.doubt).toBe('interleaved');
  });

  test('two PCs behind one address are told apart by what they trust', () => {
    expect(heard({ minute: 0 }, { minute: 0.5, root: 'bb' }, { minute: 1 }).doubt).toBe('interleaved');
  });

  test('another address with other roots within a day is another PC; after a day it is a PC that was moved', () => {
    expect(heard({ minute: 0 }, { minute: 9, from: '10.1.0.6', root: 'bb' }).doubt).toBe('two_kinds');
    expect(heard({ minute: 0 }, { minute: 24 * 60, from: '10.1.0.6', root: 'bb' }).doubt).toBeNull();
  });

  test('a doubt stays', () => {
    const record = heard({ minute: 0 }, { minute: 0, from: '10.1.0.6' }, { minute: 1 }, { minute: 9_999 });
    expect(record.doubt).toBe('interleaved');
  });

  test.each([
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '03000200-0400-0500-0006-000700080009',
  ])('a placeholder is doubted at once: %s', (placeholder) => {
    expect(isPlaceholderUuid(placeholder)).toBe(true);
    expect(noteHello(null, { ...helloOf({ minute: 0 }), uuid: placeholder }).doubt).toBe('placeholder');
  });

  test('one PC that moves and never comes back is never doubted; two that alternate always are; memory is bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), (places) => {
        const moves = [...places].sort((a, b) => a - b);
        const moved = heard(...moves.map((place, index) => ({ minute: index, from: `10.1.0.${place}` })));
        expect(moved.doubt).toBeNull();
        expect(moved.sources.length).toBeLessThanOrEqual(8);
        expect(moved.seen).toBe(places.length);
      }),
    );
  });
});
