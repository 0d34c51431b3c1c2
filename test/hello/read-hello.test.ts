import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readHello } from '../../adapters/hello/read-hello.ts';
import { helloBytes, sampleUuid } from './hello-bytes.ts';

const one = helloBytes();
const recorded = [one, helloBytes(24, 1)];

/** A message of version 2 as the guide lays it out. */
const psk = (pid = 'A1B2C3D4') =>
  Buffer.concat([Buffer.from('0000020003000000', 'hex'), one.subarray(8, 24), Buffer.from(pid, 'latin1')]);

describe('hellos as real PCs send them', () => {
  test('have a UUID as dmidecode prints it, and all hashes', () => {
    expect(readHello(one)).toMatchObject({
      kind: 'hello',
      hello: { version: 3, uuid: sampleUuid, credentialsSet: true, retries: 0, pid: null },
    });
    const reading = readHello(helloBytes(24, 1));
    if (reading.kind !== 'hello') throw new Error('no hello');
    expect(reading.hello.retries).toBe(1);
    expect(reading.hello.roots).toHaveLength(24);
    expect(reading.hello.roots[1]).toEqual({
      kind: 'sha256',
      hex: createHash('sha256').update('root 1').digest('hex'),
    });
  });

  test('are incomplete up to their last byte, and never take longer steps than they say', () => {
    for (let length = 0; length < one.length; length += 1) {
      const reading = readHello(one.subarray(0, length));
      expect(reading.kind).toBe('incomplete');
      if (reading.kind !== 'incomplete') continue;
      expect(reading.least).toBeGreaterThan(length);
      expect(reading.least).toBeLessThanOrEqual(one.length);
    }
  });

  test('are the same with something behind them', () => {
    expect(readHello(Buffer.concat([one, one]))).toEqual(readHello(one));
  });
});

describe('a hello of version 2', () => {
  test('names its key', () => {
    expect(readHello(psk())).toMatchObject({
      hello: { version: 2, pid: 'A1B2C3D4', retries: 3, credentialsSet: false, roots: [] },
    });
  });
  test('has a PID of letters and digits', () => {
    expect(readHello(psk('A1B2\r\n\0\0'))).toEqual({ kind: 'fault', fault: 'bad_pid' });
  });
});

describe('what is no hello', () => {
  const changed = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(one);
    copy.set(bytes, at);
    return readHello(copy);
  };
  test.each([
    ['version 1', changed(2, 1), 'unknown_version'],
    ['version 4', changed(2, 4), 'unknown_version'],
    ['big-endian', changed(2, 0, 3), 'unknown_version'],
    ['a flag that is neither', changed(0, 2), 'bad_flag'],
    ['more hashes than firmware has room for', changed(24, 101), 'too_many_hashes'],
    ['a hash of an unknown kind', changed(25, 9), 'bad_hash'],
    ['a SHA-256 of 20 bytes', changed(26, 20), 'bad_hash'],
    ['HTTP', readHello(Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n')), 'unknown_version'],
  ])('%s', (_what, reading, fault) => {
    expect(reading).toEqual({ kind: 'fault', fault });
  });
});

describe('any bytes', () => {
  test('are a hello, a fault, or not complete; and what is a hello stays one', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      // Past the head, so that hashes are reached.
      fc
        .tuple(fc.constantFrom(...recorded, psk()), fc.uint8Array({ maxLength: 400 }), fc.nat(900))
        .map(([start, rest, cut]) => Buffer.concat([start.subarray(0, cut), rest])),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const buffer = Buffer.from(bytes);
        const reading = readHello(buffer);
        if (reading.kind === 'incomplete') {
          expect(reading.least).toBeGreaterThan(buffer.length);
          expect(reading.least).toBeLessThanOrEqual(25 + 100 * 50);
        } else {
          expect(readHello(Buffer.concat([buffer, Buffer.from([1, 2, 3])]))).toEqual(reading);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('put together piece by piece mean the same as at once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recorded, psk()), fc.array(fc.integer({ min: 1, max: 300 })), (whole, cuts) => {
        let length = 0;
        for (const cut of cuts) {
          length = Math.min(whole.length, length + cut);
          const reading = readHello(whole.subarray(0, length));
          expect(reading.kind).toBe(length === whole.length ? 'hello' : 'incomplete');
        }
      }),
    );
  });
});
