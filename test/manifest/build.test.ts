import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { builtFiles } from '../../manifest/build.ts';

const root = join(import.meta.dirname, '..', '..');

test.each(builtFiles.map(({ path, content }) => [path, content] as const))(
  '%s is what `node manifest/build.ts` writes',
  async (path, content) => {
    const made = Buffer.from(content());
    const committed = await readFile(join(root, path));
    // Compared as text where it is text, so that a failure shows the difference.
    if (/\.(json|yaml|md)$/.test(path)) expect(committed.toString()).toBe(made.toString());
    else expect(committed.equals(made)).toBe(true);
  },
);
