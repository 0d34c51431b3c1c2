import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

interface Import {
  readonly file: string;
  readonly target: string;
}

function importsUnder(folder: string): readonly Import[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const file = relative(root, path);
      const specifiers = [...readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
        (match) => match[1] ?? '',
      );
      return specifiers.map((specifier) => ({
        file,
        target: specifier.startsWith('.') ? relative(root, join(dirname(path), specifier)) : specifier,
      }));
    });
}

const all = ['src', 'adapters', 'lab', 'manifest'].flatMap(importsUnder);
const breaches = (law: (each: Import) => boolean) => all.filter(law).map(({ file, target }) => `${file} -> ${target}`);
const room = (path: string) => path.split('/').slice(0, 2).join('/');

describe('the import law', () => {
  test('it reads something', () => expect(all.length).toBeGreaterThan(100));

  test('the composition alone imports adapters; the script that says what they cover reads their classes', () => {
    const mayImport = (file: string) =>
      file === 'src/main.ts' || file.startsWith('src/composition/') || file === 'manifest/amt-coverage.ts';
    expect(
      breaches(
        ({ file, target }) => target.startsWith('adapters/') && !file.startsWith('adapters/') && !mayImport(file),
      ),
    ).toEqual([]);
  });

  test('adapters import src/ports and src/messages, and none imports another', () => {
    expect(
      breaches(
        ({ file, target }) =>
          file.startsWith('adapters/') && target.startsWith('src/') && !/^src\/(ports|messages)\//.test(target),
      ),
    ).toEqual([]);
    expect(
      breaches(
        ({ file, target }) =>
          file.startsWith('adapters/') && target.startsWith('adapters/') && room(file) !== room(target),
      ),
    ).toEqual([]);
  });

  test('the lab shares nothing with the client', () => {
    expect(breaches(({ file, target }) => file.startsWith('lab/') && /^(src|adapters)\//.test(target))).toEqual([]);
    expect(breaches(({ file, target }) => /^(src|adapters)\//.test(file) && target.startsWith('lab/'))).toEqual([]);
  });

  test('policy, plan and messages do no I/O', () => {
    const doing = /^node:(?!crypto$)|^(pg|undici|express|@slack|botbuilder|pino)/;
    expect(breaches(({ file, target }) => /^src\/(policy|plan|messages)\//.test(file) && doing.test(target))).toEqual(
      [],
    );
  });

  test('policy, plan and messages read no clock', () => {
    const files = all.map(({ file }) => file).filter((file) => /^src\/(policy|plan|messages)\//.test(file));
    for (const file of new Set(files))
      expect([
        file,
        /new Date\(\)|Date\.now\(\)|performance\.now\(\)/.test(readFileSync(join(root, file), 'utf8')),
      ]).toEqual([file, false]);
  });

  test('botbuilder is imported in one file', () => {
    expect(
      breaches(({ file, target }) => /^(botbuilder|botframework)/.test(target) && file !== 'adapters/teams/receive.ts'),
    ).toEqual([]);
  });
});
