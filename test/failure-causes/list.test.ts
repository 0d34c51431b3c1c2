/** The closed list of causes, held against the tests that stage them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type FailureCause, failureCauses } from '../../src/messages/causes/failure-causes.ts';
import { mendOf } from '../../src/messages/causes/namers.ts';

const causes: readonly FailureCause[] = failureCauses;

/** What the tests of this folder write: by cause, who names it (`verify: clock_off`). */
async function stagedHere(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  for (const file of await readdir(import.meta.dirname)) {
    if (!file.endsWith('.test.ts') || file === 'list.test.ts') continue;
    const [, ...blocks] = (await readFile(join(import.meta.dirname, file), 'utf8')).split(/\bstaged\(\s*'/);
    for (const block of blocks) {
      const id = /^[a-z-]+/.exec(block)?.[0] ?? '';
      const named = [...block.matchAll(/\bnamed\('([^']+)', '([^']+)'\)/g)].map(([, by, code]) => `${by}: ${code}`);
      found.set(id, new Set([...(found.get(id) ?? []), ...named]));
    }
  }
  return found;
}

test('there are 25, each with a name of its own', () => {
  expect(causes).toHaveLength(25);
  expect(new Set(causes.map(({ id }) => id)).size).toBe(25);
});

test('who is said to name a cause names it in its test, and nobody else', async () => {
  const seen = await stagedHere();
  const claimed = causes.flatMap(({ id, staged, namers }) =>
    staged === true ? [[id, namers.map(({ by, code }) => `${by}: ${code}`).sort()]] : [],
  );
  const inTests = causes.flatMap(({ id }) => (seen.has(id) ? [[id, [...(seen.get(id) ?? [])].sort()]] : []));
  expect(inTests).toEqual(claimed);
  expect([...seen.keys()].filter((id) => !causes.some((cause) => cause.id === id))).toEqual([]);
});

test('a cause that is not staged says why; each has something to do', () => {
  for (const { staged, namers } of causes) {
    if (staged !== true) expect(staged.cannot.length).toBeGreaterThan(10);
    for (const namer of namers) expect([namer.code, mendOf(namer).length > 10]).toEqual([namer.code, true]);
  }
});
