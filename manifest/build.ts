import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleConfig } from '../src/config/example.ts';

/** A committed file that is made from code. A test compares what is committed with what would be made. */
export interface BuiltFile {
  /** Path from the project's root. */
  readonly path: string;
  readonly content: () => string | Uint8Array;
}

/** Every file that is made. */
export const builtFiles: readonly BuiltFile[] = [{ path: 'manifest/oob.example.yaml', content: exampleConfig }];

/** Writes them all: `node manifest/build.ts`. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  for (const { path, content } of builtFiles) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content());
    process.stdout.write(`${path}\n`);
  }
}
