import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { binaryDependencies, runtimeDependencies } from '../../manifest/dependencies.ts';
import { withMadeParts } from '../../manifest/readme.ts';
import { commandSpecs } from '../../src/commands/index.ts';
import { parseCommand } from '../../src/router/parse.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

const sectionOf = (name: string): Record<string, string> => {
  const found = Object.entries(manifest ?? {}).find(([key]) => key === name);
  return Object.fromEntries(Object.entries(found?.[1] ?? {}).map(([key, value]) => [key, String(value)]));
};

describe('the README', () => {
  test('every dependency says why it is here, and no other', () => {
    expect(Object.keys(runtimeDependencies).sort()).toEqual(Object.keys(sectionOf('dependencies')).sort());
    const patterns = Object.keys(binaryDependencies).map((name) => new RegExp(`^${name.replace('*', '.*')}$`));
    for (const name of Object.keys(sectionOf('optionalDependencies')))
      expect([name, patterns.some((each) => each.test(name))]).toEqual([name, true]);
  });

  test('versions are exact', () => {
    const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((name) =>
      Object.values(sectionOf(name)),
    );
    for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  test('every command that it says is one that the service understands', () => {
    const said = [...readme.matchAll(/oob say --as \w+ "([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(said.length).toBeGreaterThan(3);
    for (const text of said.filter((each) => each !== 'powron host42'))
      expect([text, parseCommand(text, commandSpecs).ok]).toEqual([text, true]);
  });

  test('every link between the pages leads somewhere', async () => {
    const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'));
    for (const page of ['README.md', ...pages.map((name) => `docs/${name}`)]) {
      const text = await readFile(join(root, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g)].map((match) => match[1] ?? '');
      for (const link of links)
        expect([page, link, existsSync(join(root, dirname(page), link))]).toEqual([page, link, true]);
    }
    expect(pages.length).toBeGreaterThan(5);
  });

  test('a marker for a part that is not made is a mistake', () => {
    expect(() => withMadeParts('<!-- made: nonsense -->\n<!-- /made -->')).toThrow('nonsense');
  });
});
