import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where MeshCentral's AMT stack is when somebody has installed it. */
export const meshCentralFolder = join(
  process.env.OOB_PEERS ?? join(projectRoot, '.peers'),
  'node_modules',
  'meshcentral',
  'amt',
);
