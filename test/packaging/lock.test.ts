import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { completeLock } from '../../bin/complete-lock.js';

test('package-lock.json has an entry for each optional package, so that `npm ci` takes it on every platform', async () => {
  const lock: unknown = JSON.parse(await readFile(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'));
  expect(completeLock(lock)).toEqual([]);
});
