import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContestantName } from './contestants.ts';

const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where MeshCentral's AMT stack is when somebody has installed it. */
export const meshCentralFolder = join(
  process.env.OOB_PEERS ?? join(projectRoot, '.peers'),
  'node_modules',
  'meshcentral',
  'amt',
);

/** Those contestants that are installed; says which is not. */
export function presentOf(names: readonly ContestantName[], say: (line: string) => void): readonly ContestantName[] {
  return names.filter((name) => {
    if (name !== 'meshcentral' || existsSync(join(meshCentralFolder, 'amt.js'))) return true;
    say("MeshCentral's stack is missing and left out. To get it: node bin/run.js peers");
    return false;
  });
}
