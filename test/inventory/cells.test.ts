import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  quoted,
  readAddress,
  readDnsName,
  readFingerprint,
  readMac,
  readName,
  readPort,
  readUuid,
  readWord,
} from '../../src/inventory/cells.ts';

const value = (cell: { ok: true; value: unknown } | { ok: false; problem: string }) => (cell.ok ? cell.value : null);
const problem = (cell: { ok: true; value: unknown } | { ok: false; problem: string }) =>
  cell.ok ? null : cell.problem;

describe('a device name', () => {
  test.each(['host42', 'HOST-42', 'a', '0', 'pc_1.lab', 'x'.repeat(63)])('%s is taken', (name) => {
    expect(value(readName(name))).toBe(name);
  });

  test.each(['', '-x', '.x', 'a b', 'a*', 'a?', 'a,b', 'site:x', 'a/b', 'all', 'ALL', 'x'.repeat(64)])(
    '%j is refused',
    (name) => {
      expect(problem(readName(name))).not.toBeNull();
    },
  );

  test('with a look-alike letter is refused, and the letter is named by its code point', () => {
    expect(problem(readName('h\u043Est42'))).toMatch(
      /^"h\\u\{043E\}st42" has U\+043E \(a Cyrillic letter\) in it; 1 to 63/,
    );
    expect(problem(readName('h\u03BFst42'))).toMatch(/U\+03BF \(a Greek letter\)/);
    expect(problem(readName('host\uFF14'))).toMatch(/U\+FF14 \(it looks like 4\)/);
    expect(problem(readName('host\u200B42'))).toMatch(/U\+200B \(invisible\)/);
    expect(problem(readName('host\u202E42'))).toMatch(/U\+202E \(invisible\)/);
    expect(problem(readName('se\u00F1al'))).toMatch(/U\+00F1/);
  });
});

describe('a site or group', () => {
  test.each(['madrid', 'Floor-3', 'M\u00E1laga', '\u041C\u043E\u0441\u043A\u0432\u0430', '\u6771\u4EAC'])(
    '%s is taken',
    (word) => {
      expect(value(readWord(word))).toBe(word);
    },
  );

  test('is kept in NFC, so that the same word is the same site', () => {
    expect(value(readWord('Ma\u0301laga'))).toBe('M\u00E1laga');
  });

  test('that mixes scripts, is full-width or has a space is refused', () => {
    expect(problem(readWord('m\u0430drid'))).toMatch(/mixes Latin letters with U\+0430 \(a Cyrillic letter\)/);
    expect(problem(readWord('\uFF4Dadrid'))).toMatch(/U\+FF4D \(it looks like m\)/);
    expect(problem(readWord('la paz'))).toMatch(/U\+0020 \(invisible\)/);
    expect(problem(readWord('x'.repeat(64)))).toMatch(/longer than 63/);
  });
});

describe('an address', () => {
  test.each([
    ['192.168.1.20', '192.168.1.20'],
    ['127.20.0.1', '127.20.0.1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['Host42.Lab.Test', 'host42.lab.test'],
    ['host42', 'host42'],
    ['host42.lab.test.', 'host42.lab.test'],
  ])('%s is kept as %s', (text, kept) => {
    expect(value(readAddress(text))).toBe(kept);
  });

  test.each(
    [
      '0.0.0.0',
      '0.1.2.3',
      '::',
      '224.0.0.1',
      'ff02::1',
      '255.255.255.255',
      '169.254.169.254',
      'fe80::1',
      '::ffff:10.0.0.1',
      '10.0.0.256',
      '10.0.0',
      '127.1',
      '010.0.0.1',
      '0x7f.0.0.1',
      '2130706433',
      'host_42.',
      'a..b',
      '-a.b',
      'http://host',
      'host:16992',
      'h\u043Est',
      'x'.repeat(64),
    ].filter((text) => text !== 'host_42.'),
  )('%s is refused', (text) => {
    expect(problem(readAddress(text))).not.toBeNull();
  });

  test('a full name has at least two labels', () => {
    expect(value(readDnsName('host42.lab', 2))).toBe('host42.lab');
    expect(problem(readDnsName('host42', 2))).toMatch(/not a full DNS name/);
  });
});

describe('a MAC address', () => {
  test.each(['AA:BB:CC:00:11:22', 'aa-bb-cc-00-11-22', 'aabb.cc00.1122', 'AABBCC001122'])(
    '%s is normalised',
    (text) => {
      expect(value(readMac(text))).toBe('aa:bb:cc:00:11:22');
    },
  );

  test.each([
    '',
    'aa:bb:cc:00:11',
    'aa:bb-cc:00:11:22',
    'gg:bb:cc:00:11:22',
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '01:00:5e:00:00:01',
  ])('%j is refused', (text) => {
    expect(problem(readMac(text))).not.toBeNull();
  });
});

describe('a fingerprint', () => {
  const hex = '0123456789abcdef'.repeat(4);
  test.each([hex, hex.toUpperCase(), (hex.match(/../g) ?? []).join(':'), `sha256 Fingerprint=${hex}`, `SHA256:${hex}`])(
    '%s is normalised',
    (text) => {
      expect(value(readFingerprint(text))).toBe(hex);
    },
  );

  test('of SHA-1, or cut off, is refused with how to get the right one', () => {
    expect(problem(readFingerprint('ab'.repeat(20)))).toMatch(/SHA-1.*openssl x509/);
    expect(problem(readFingerprint(hex.slice(1)))).toMatch(/openssl x509/);
  });
});

test('a port is a whole number from 1 to 65535', () => {
  expect([1, 16993, 65535].map((port) => value(readPort(String(port))))).toEqual([1, 16993, 65535]);
  expect(['0', '65536', '1.5', '-1', '1e3', '99999999', 'x'].map((text) => value(readPort(text)))).toEqual(
    Array(7).fill(null),
  );
});

test('what is shown of a cell can not steer a terminal', () => {
  expect(quoted('a\u001b[31m\u202Eb\n')).toBe('"a\\u001b[31m\\u{202E}b\\n"');
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => /^[ -~]*$/.test(quoted(text))));
});

describe('a UUID', () => {
  test.each([
    '4C4C4544-0042-3510-8054-B4C04F4E4D32',
    '{4c4c4544-0042-3510-8054-b4c04f4e4d32}',
    '4c4c454400423510 8054b4c04f4e4d32'.replace(' ', ''),
  ])('is kept as it is written most: %s', (text) => {
    expect(readUuid(text)).toEqual({ ok: true, value: '4c4c4544-0042-3510-8054-b4c04f4e4d32' });
  });
  test.each([
    '4c4c4544',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '00000000-0000-0000-0000-000000000000',
    'x'.repeat(32),
  ])('is not %s', (text) => {
    expect(readUuid(text)).toMatchObject({ ok: false });
  });
});
