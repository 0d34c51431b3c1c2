import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TrailAnchors } from '../../../src/ports/trail/trail-anchors.ts';
import { StoreError } from '../store-error.ts';

const line = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  sequence: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Anchors as JSON lines in `trail-anchors.jsonl` of the data directory, not in the database that they vouch for. */
export function createTrailAnchors(directory: string): TrailAnchors {
  const path = join(directory, 'trail-anchors.jsonl');
  return {
    async append(anchor) {
      await mkdir(directory, { recursive: true });
      await appendFile(path, `${JSON.stringify(anchor)}\n`, { mode: 0o600, flush: true });
    },
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      return text
        .split('\n')
        .filter((each) => each !== '')
        .map((each, index) => {
          try {
            return line.parse(JSON.parse(each));
          } catch (cause) {
            throw new StoreError(
              'ERR_TRAIL_ANCHORS',
              `${path}, line ${index + 1}: this is not an anchor of the trail.`,
              { cause },
            );
          }
        });
    },
  };
}
