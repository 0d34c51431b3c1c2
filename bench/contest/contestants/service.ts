import { parseConfig } from '../../../src/config/load.ts';
import { createSecretSources } from '../../../src/config/secrets/resolve-secret.ts';
import { createLogger } from '../../../src/logging/logger.ts';
import { startService } from '../../../src/main.ts';
import { newId } from '../../../src/runtime/new-id.ts';
import { readFleet } from '../../fleet/fleet-file.ts';
import type { Course, Prepare } from '../contestants.ts';

const passwordVariable = 'OOB_LAB_PASSWORD';

const configText = ({ caFile, concurrency }: Course, devices: number) => `
service:
  name: oob-bench
  dataDirectory: data
  logLevel: warn
console:
  port: 0
amt:
  certificateAuthorityFile: ${JSON.stringify(caFile)}
  credentials:
    lab: { user: admin, password: { env: ${passwordVariable} } }
  connections: ${concurrency}
  connectionsPerSite: ${concurrency}
limits:
  devicesPerRequest: ${devices}
people:
  - id: operator
    name: Olga Operator
    roles: [operator]
    accounts: { console: true }
roles:
  - id: operator
    allow:
      - operations: [all]
`;

/** The whole service with its own PostgreSQL, as `oob demo` starts it. The command comes over the console. */
export const prepareService: Prepare = async (course) => {
  const fleet = await readFleet(course.fleetFile);
  const service = await startService({
    config: parseConfig(configText(course, fleet.length), `${course.directory}/oob.yaml`),
    secrets: createSecretSources({ [passwordVariable]: course.password }),
    logger: createLogger({ level: 'error' }),
    databaseUrl: undefined,
    demo: { hints: [] },
    onFatal: (error) => {
      throw error;
    },
  });
  await service.store.inventory.importDevices(fleet, () => newId('dev'));
  return { consoleUrl: service.consoleUrl, run: async () => {}, close: () => service.stop() };
};
