import { createHash, getHashes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aesKey, computerSalt, rc4Key } from '../../adapters/directory/keys/kerberos-keys.ts';
import { md4 } from '../../adapters/directory/keys/md4.ts';
import { baseDnOf, liesIn, objectName, parentOf, servicePrincipalsOf } from '../../adapters/directory/names.ts';
import { asGlobalCatalog, findServers } from '../../adapters/directory/protocol/servers.ts';
import { devicePasswordProblem, newDevicePassword } from '../../src/ports/directory/password.ts';

describe('keys of a password', () => {
  const hex = (text: string) => text.replace(/ /g, '');

  test.each([
    [
      1,
      'ATHENA.MIT.EDUraeburn',
      'password',
      '42263c6e89f4fc28b8df68ee09799f15',
      'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161',
    ],
    [
      2,
      'ATHENA.MIT.EDUraeburn',
      'password',
      'c651bf29e2300ac27fa469d693bdda13',
      'a2e16d16b36069c135d5e9d2e25f896102685618b95914b467c67622225824ff',
    ],
    [
      1200,
      'ATHENA.MIT.EDUraeburn',
      'password',
      '4c01cd46d632d01e6dbe230a01ed642a',
      '55a6ac740ad17b4846941051e1e8b0a7548d93b0ab30a8bc3ff16280382b8c2a',
    ],
    [
      50,
      'EXAMPLE.COMpianist',
      '\u{1d11e}',
      'f149c1f2e154a73452d43e7fe62a56e5',
      '4b6d9839f84406df1f09cc166db4b83c571848b784a3d6bdc346589a3e393f9e',
    ],
  ])('RFC 3962, appendix B: %i rounds, salt %s', async (rounds, salt, password, aes128, aes256) => {
    expect((await aesKey(password, salt, 128, rounds)).toString('hex')).toBe(hex(aes128));
    expect((await aesKey(password, salt, 256, rounds)).toString('hex')).toBe(hex(aes256));
  });

  test.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('RFC 1320, appendix A.5: MD4 of "%s"', (text, digest) =>
    expect(md4(Buffer.from(text)).toString('hex')).toBe(digest),
  );

  (getHashes().includes('md4') ? test : test.skip)('MD4 as OpenSSL has it, where it still does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(md4(bytes)).toEqual(createHash('md4').update(bytes).digest());
      }),
    );
  });

  test('RC4 key: the NT hash of "password"', () => {
    expect(rc4Key('password').toString('hex')).toBe('8846f7eaee8fb117ad06bdd830b7586c');
  });

  test('the salt of a computer account', () => {
    expect(computerSalt('lab.test', 'Host42iME$')).toBe('LAB.TESThosthost42ime.lab.test');
  });
});

describe('passwords', () => {
  test('one that is made is strong, and another each time', () => {
    const made = Array.from({ length: 500 }, () => newDevicePassword());
    expect(new Set(made).size).toBe(500);
    for (const password of made) {
      expect(password).toHaveLength(32);
      expect(devicePasswordProblem(password)).toBeNull();
    }
  });
  test.each([
    ['Aa1!', 'it must have 8 to 32 characters'],
    ['Aa1!'.repeat(9), 'it must have 8 to 32 characters'],
    ['abcdefg1!', 'it lacks a capital letter'],
    ['ABCDEFG1!', 'it lacks a small letter'],
    ['Abcdefgh!', 'it lacks a digit'],
    ['Abcdefgh1', 'it lacks a symbol'],
    ['Abcdef1!:', 'it has a character that AMT does not take'],
    ['Abcdef1!"', 'it has a character that AMT does not take'],
    ['Abcdef1_', 'it has a character that AMT does not take'],
    ['Abcdé1!xyz', 'it has a character that AMT does not take'],
    ['Aa1!Aa1!', 'it repeats too few characters'],
  ])('%s: %s', (password, problem) => expect(devicePasswordProblem(password)).toBe(problem));
});

describe('names', () => {
  test('objects are named for the host, cut and told apart where it is too long', () => {
    expect(objectName('host42.lab.test')).toBe('host42iME');
    expect(objectName('fifteen-letters.lab.test')).toBe('fifteen-lettersiME');
    const long = objectName('sixteen-letters1.lab.test');
    expect(long).toMatch(/^sixteen-[0-9a-f]{6}iME$/);
    expect(objectName('sixteen-letters2.lab.test')).not.toBe(long);
  });
  test('the six principal names, none without a port', () => {
    expect(servicePrincipalsOf('a.b')).toEqual([
      'HTTP/a.b:16992',
      'HTTP/a.b:16993',
      'HTTP/a.b:16994',
      'HTTP/a.b:16995',
      'HTTP/a.b:623',
      'HTTP/a.b:664',
    ]);
  });
  test('what lies in a unit', () => {
    const unit = 'OU=AMT, DC=lab,DC=test';
    expect(liesIn('CN=a,ou=amt,dc=LAB,DC=test', unit)).toBe(true);
    expect(liesIn('CN=a,OU=x,OU=AMT,DC=lab,DC=test', unit)).toBe(true);
    expect(liesIn('OU=AMT,DC=lab,DC=test', unit)).toBe(false);
    expect(liesIn('CN=x\\,OU=AMT,DC=lab,DC=test', unit)).toBe(false);
    expect(liesIn('CN=a,OU=NotAMT,DC=lab,DC=test', unit)).toBe(false);
    expect(liesIn('CN=a,DC=lab,DC=test', '')).toBe(false);
    expect(parentOf('CN=a\\, b,OU=AMT,DC=lab')).toBe('OU=AMT,DC=lab');
    expect(baseDnOf('corp.example.com')).toBe('DC=corp,DC=example,DC=com');
  });
});

describe('domain controllers', () => {
  test('as configured, else as DNS names them: by priority, the heavier first', async () => {
    expect(await findServers(['ldaps://dc1.lab.test', 'ldaps://[::1]:1636', 'ldaps://dc2:443'], 'lab.test')).toEqual([
      { host: 'dc1.lab.test', port: 636 },
      { host: '::1', port: 1636 },
      { host: 'dc2', port: 443 },
    ]);
    const asked: string[] = [];
    const found = await findServers([], 'lab.test', async (name) => {
      asked.push(name);
      return [
        { name: 'far', priority: 10, weight: 0 },
        { name: 'light', priority: 0, weight: 1 },
        { name: 'heavy', priority: 0, weight: 9 },
      ];
    });
    expect(asked).toEqual(['_ldap._tcp.dc._msdcs.lab.test']);
    expect(found.map(({ host }) => host)).toEqual(['heavy', 'light', 'far']);
    expect(asGlobalCatalog(found).map(({ port }) => port)).toEqual([3269, 3269, 3269]);
    await expect(findServers([], 'lab.test', async () => [])).rejects.toMatchObject({
      code: 'directory_name_not_found',
    });
  });
});
