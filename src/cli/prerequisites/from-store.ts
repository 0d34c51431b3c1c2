import { openDirectories } from '../../composition/directories.ts';
import { siteQuestionOf } from '../../composition/site-question.ts';
import { openSiteProbes, openStore } from '../../composition/stores.ts';
import type { Config } from '../../config/schema.ts';
import type { SecretSources } from '../../config/secrets/resolve-secret.ts';
import { createLogger } from '../../logging/logger.ts';
import { measureSite } from '../../prerequisites/measure-site.ts';
import { systemClock as clock } from '../../runtime/system-clock.ts';
import { type PrerequisitesCommand, runPrerequisites } from './run-prerequisites.ts';

/** `oob prerequisites` on the inventory as it is, beside a running service or without one. */
export async function prerequisitesFromStore({
  config,
  databaseUrl,
  secrets,
  ...command
}: Omit<PrerequisitesCommand, 'sites' | 'measure'> & {
  readonly config: Config;
  readonly databaseUrl: string | undefined;
  readonly secrets: SecretSources;
}): Promise<number> {
  const store = await openStore(config, databaseUrl, createLogger({ level: 'error' }));
  const directories = await openDirectories(config, secrets);
  try {
    const domains = directories.map((directory) => ({
      dnsName: config.directory.domains[directory.name]?.dnsName ?? directory.name,
      directory,
    }));
    const measuring = { probes: openSiteProbes(), clock, domains };
    const inInventory = (await store.inventory.summary()).map(({ site }) => site);
    const lower = new Set(inInventory.map((site) => site.toLowerCase()));
    const sites = [
      ...inInventory,
      ...Object.keys(config.network.sites).filter((site) => !lower.has(site.toLowerCase())),
    ];
    return await runPrerequisites({
      ...command,
      sites,
      measure: async (site) =>
        measureSite(measuring, await siteQuestionOf(config, store.inventory, site), new AbortController().signal),
    });
  } finally {
    await store.close();
    for (const directory of directories) await directory.close();
  }
}
