import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InventoryError, readInventory, runInventoryImport } from '../../src/cli/inventory-import.ts';
import type { DeviceInput } from '../../src/ports/store/inventory-store.ts';

const fingerprint = 'ab'.repeat(32);
const header = 'name,fqdn,address,mac,site,groups,tls,certificate_fingerprint,credential,port';

/** What is wrong with the text: `line column problem` each, and the summary last. */
function wrong(text: string, credentials?: readonly string[]): readonly string[] {
  try {
    readInventory(text, credentials ? { credentials } : {});
    return [];
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    return [...error.problems.map(({ line, column, problem }) => `${line} ${column ?? '-'} ${problem}`), error.message];
  }
}

describe('a good file', () => {
  test('gives a device per row, normalised', () => {
    const text = `${header}\r
host42,Host42.Lab.Test,192.168.1.42,AA-BB-CC-00-11-22,madrid,floor3; vip;floor3,ca,,default,\r
host43,,192.168.1.43,,,,,${fingerprint.toUpperCase()},,16994\r
`;
    expect(readInventory(text)).toEqual([
      {
        name: 'host42',
        fqdn: 'host42.lab.test',
        host: '192.168.1.42',
        port: null,
        mac: 'aa:bb:cc:00:11:22',
        site: 'madrid',
        groups: ['floor3', 'vip'],
        tls: 'ca',
        certificateFingerprint: null,
        credential: 'default',
      },
      {
        name: 'host43',
        fqdn: null,
        host: '192.168.1.43',
        port: 16994,
        mac: null,
        site: 'default',
        groups: [],
        tls: 'pinned',
        certificateFingerprint: fingerprint,
        credential: 'default',
      },
    ]);
  });

  test('may have its columns in any order and case, fewer of them, a BOM, quotes, blank lines and spaces', () => {
    const text = '\uFEFF FQDN , Name\n\n"a.lab.test" , a \n\n"b.lab.test",b\n';
    expect(readInventory(text).map(({ name, host }) => [name, host])).toEqual([
      ['a', 'a.lab.test'],
      ['b', 'b.lab.test'],
    ]);
  });

  test('of twenty thousand rows is read at once', () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `host${n},10.${n >> 16}.${(n >> 8) & 255}.${n & 255},madrid`);
    expect(readInventory(`name,address,site\n${rows.join('\n')}`)).toHaveLength(20_000);
  });
});

describe('a wrong file is refused as a whole, with every problem and its line', () => {
  test('all problems of all rows', () => {
    const text = `${header}
h\u043Est1,,192.168.1.1,,,,,,,
host2,,,,,,,,,
host3,,10.0.0.256,zz,,,tls,123,,0
host4,,192.168.1.4,,,,pinned,,,
host5,,192.168.1.5,,,,none,${fingerprint},,
ok,,192.168.1.6,,,,,,,
`;
    expect(wrong(text)).toEqual([
      expect.stringMatching(/^2 name .*U\+043E \(a Cyrillic letter\)/),
      '3 address is missing, and so is fqdn: one of them is needed',
      expect.stringMatching(/^4 address "10\.0\.0\.256" is neither/),
      expect.stringMatching(/^4 certificate_fingerprint "123" is not a SHA-256/),
      '4 tls "tls" is none of ca, pinned, legacy, none',
      expect.stringMatching(/^4 port "0"/),
      expect.stringMatching(/^4 mac "zz"/),
      '5 certificate_fingerprint is missing; tls pinned needs it',
      '6 certificate_fingerprint is of no use with tls none; leave one of them empty',
      '5 of 6 rows are wrong; nothing was imported.',
    ]);
  });

  test('the same device twice, whichever way it is named', () => {
    const text = `name,fqdn,address,mac
a,a.lab.test,192.168.1.1,aa:bb:cc:00:11:22
A,,192.168.1.2,
b,,192.168.1.1,
c,A.LAB.TEST,192.168.1.3,AA-BB-CC-00-11-22
`;
    expect(wrong(text)).toEqual([
      '3 name is the same as in line 2',
      '4 address is the same as in line 2',
      '5 mac is the same as in line 2',
      '5 fqdn is the same as in line 2',
      '3 of 4 rows are wrong; nothing was imported.',
    ]);
  });

  test('a row with a value too many or too few', () => {
    expect(wrong('name,address\na,10.0.0.1,x\nb\n')).toEqual([
      '2 - has 3 values, the header has 2',
      '3 - has 1 values, the header has 2',
      '2 of 2 rows are wrong; nothing was imported.',
    ]);
  });

  test('line numbers hold after quoted line breaks and blank lines', () => {
    expect(wrong('name,address\n\na,"10.0.0.1\n"\n\nb,nowhere!\n')[0]).toMatch(/^6 address/);
  });

  test.each([
    ['an unknown column', 'name,adress\n', '"adress" is no column; did you mean address?'],
    ['a column twice', 'name,address,name\n', 'the column "name" stands there twice'],
    ['no name', 'address\n', 'the column name is missing'],
    ['nothing to connect to', 'name,site\n', 'a column address or fqdn is needed'],
    ['semicolons', 'name;address;site\n', 'columns are separated by commas'],
    ['a password column', 'name,address,password\n', 'passwords do not belong into the inventory'],
  ])('a header with %s', (_what, text, answer) => {
    expect(wrong(text).join('\n')).toContain(answer);
  });

  test('an empty file and one with a quote left open', () => {
    expect(wrong('')[0]).toMatch(/The file is empty/);
    expect(wrong('name,address\n"a,10.0.0.1\n').join()).toMatch(/a quote is opened and not closed/);
    expect(wrong('name,address\na"b,10.0.0.1\n').join()).toMatch(/a quote stands where none may stand/);
  });

  test('a credential that the configuration does not know; the cell is not repeated, for it may be a password', () => {
    const answer = wrong('name,address,credential\na,10.0.0.1,defualt\nb,10.0.0.2,Hunter2!\nc,10.0.0.3,\n', [
      'default-x',
      'default',
    ]);
    expect(answer[0]).toBe('2 credential is none of amt.credentials in the configuration; did you mean default?');
    expect(answer[1]).toMatch(/^3 credential is not the name of a credential; passwords/);
    expect(answer.join()).not.toContain('Hunter2');
    expect(wrong('name,address\na,10.0.0.1\n', ['other'])[0]).toBe(
      '2 credential is empty and amt.credentials has no "default"',
    );
  });
});

describe('the import', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oob-inventory-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** Runs an import of this content against an inventory that is empty. */
  async function run(content: string | Buffer | null, skipBad = false) {
    const file = join(directory, 'inventory.csv');
    if (content !== null) await writeFile(file, content);
    const lines: string[] = [];
    const imported: DeviceInput[][] = [];
    const code = await runInventoryImport({
      file: content === null ? join(directory, 'none.csv') : file,
      skipBad,
      credentials: ['default'],
      importDevices: async (devices) => {
        imported.push([...devices]);
        return { added: devices.length, changed: 0, unchanged: 0 };
      },
      out: (text) => lines.push(text),
      err: (text) => lines.push(text),
    });
    return { code, lines, imported };
  }

  test('of a good file says what it did and ends 0', async () => {
    const { code, lines, imported } = await run('name,address\na,10.0.0.1\nb,10.0.0.2\n');
    expect(code).toBe(0);
    expect(lines).toEqual(['2 devices: 2 added, 0 changed, 0 unchanged.']);
    expect(imported).toHaveLength(1);
  });

  test('of a file with a wrong row imports nothing and ends 2', async () => {
    const { code, lines, imported } = await run('name,address\na,10.0.0.1\nb,nowhere!\nc,0.0.0.0\n');
    expect(code).toBe(2);
    expect(imported).toEqual([]);
    expect(lines).toEqual([
      'inventory.csv:3: address "nowhere!" is not a DNS name',
      'inventory.csv:4: address "0.0.0.0" means no address',
      '2 of 3 rows are wrong; nothing was imported. Mend them, or import the others with --skip-bad.',
    ]);
  });

  test('with --skip-bad imports the others, shows what was left out, and ends 1', async () => {
    const { code, lines, imported } = await run('name,address\na,10.0.0.1\nb,nowhere!\n', true);
    expect(code).toBe(1);
    expect(imported[0]?.map((device) => device.name)).toEqual(['a']);
    expect(lines.at(-1)).toBe('1 devices: 1 added, 0 changed, 0 unchanged, 1 left out.');
  });

  test('of a file without a good row imports nothing, even with --skip-bad', async () => {
    expect((await run('name,address\nb,nowhere!\n', true)).imported).toEqual([]);
    expect((await run('name,address\n', true)).code).toBe(2);
  });

  test('of a missing, a UTF-16 or a Latin-1 file says what is wrong', async () => {
    expect((await run(null)).lines.join()).toMatch(/There is no file .*none\.csv/);
    expect((await run(Buffer.from('\uFEFFname,address\n', 'utf16le'))).lines.join()).toMatch(/not UTF-8.*CSV UTF-8/);
    expect((await run(Buffer.from('name,address\nm\xE1laga,10.0.0.1\n', 'latin1'))).code).toBe(2);
  });
});
