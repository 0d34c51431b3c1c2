import { networkInterfaces } from 'node:os';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { SecretSources } from '../../config/secrets/resolve-secret.ts';
import { type DoctorCheck, finding } from '../doctor.ts';
import { certificateAuthorityCheck, portChecks, rightsCheck, secretsCheck, sitesCheck } from './config-checks.ts';
import { clockCheck, dataDirectoryCheck, diskSpaceCheck, nodeCheck, openFilesCheck } from './machine-checks.ts';
import { wakeInterfaceChecks } from './wake-check.ts';

/** What the doctor looks at. */
export interface DoctorSubject {
  /** Path of the configuration. */
  readonly configFile: string;
  /** Node.js version, such as `v24.21.0`. */
  readonly nodeVersion: string;
  readonly now: () => Date;
  readonly databaseUrl: string | undefined;
  /** Where the secrets of this configuration come from. Rejects when the encrypted store can't be opened. */
  readonly sources: (config: Config) => Promise<SecretSources>;
  /** Checks that need adapters: the database, Slack, Teams. */
  readonly more: (config: Config) => readonly DoctorCheck[];
}

/** The checks that make sense here, in the order of what depends on what. Without a good configuration only the first few. */
export async function doctorChecks(subject: DoctorSubject): Promise<readonly DoctorCheck[]> {
  const { configFile, nodeVersion, now, databaseUrl, sources, more } = subject;
  const first = [nodeCheck(nodeVersion), clockCheck(now, configFile)];
  try {
    const config = await loadConfig(configFile);
    const { dataDirectory } = config.service;
    return [
      ...first,
      { name: 'configuration', run: async () => finding.ok(configFile) },
      rightsCheck(config),
      secretsCheck(config, sources),
      dataDirectoryCheck(dataDirectory, databaseUrl !== undefined),
      diskSpaceCheck(dataDirectory),
      openFilesCheck(config.amt.connections),
      certificateAuthorityCheck(config.amt.certificateAuthorityFile, now),
      ...portChecks(config),
      sitesCheck(config),
      ...wakeInterfaceChecks(config, Object.keys(networkInterfaces())),
      ...more(config),
    ];
  } catch (error) {
    const found = error instanceof Error ? error.message : 'it cannot be loaded';
    const mend = 'Mend the configuration; the other checks need it.';
    return [...first, { name: 'configuration', run: async () => finding.fail(found, mend) }];
  }
}
