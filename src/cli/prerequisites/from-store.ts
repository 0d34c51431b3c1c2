import { readFile } from 'node:fs/promises';
import { openDirectories } from '../../composition/directories.ts';
import { openSiteProbes, openStore } from '../../composition/stores.ts';
import type { Config } from '../../config/schema.ts';
import type { SecretSources } from '../../config/secrets/resolve-secret.ts';
import { networkOf } from '../../config/settings/network-of.ts';
import { createLogger } from '../../logging/logger.ts';
import type { InventoryStore } from '../../ports/store/inventory-store.ts';
import { measureSite, type SiteQuestion } from '../../prerequisites/measure-site.ts';
import { sampleOf } from '../../prerequisites/sample-devices.ts';
import { caKeysOf } from '../../prerequisites/verdicts/ca-keys.ts';
import { systemClock as clock } from '../../runtime/system-clock.ts';
import { type PrerequisitesCommand, runPrerequisites } from './run-prerequisites.ts';

/** So many devices are read from the store at a time. */
const readAtOnce = 1_000;

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
    const deviceCa = await readDeviceCa(config.amt.certificateAuthorityFile);
    return await runPrerequisites({
      ...command,
      sites,
      measure: async (site) =>
        measureSite(
          measuring,
          { ...(await questionOf(config, store.inventory, site)), deviceCa },
          new AbortController().signal,
        ),
    });
  } finally {
    await store.close();
    for (const directory of directories) await directory.close();
  }
}

async function questionOf(
  config: Config,
  inventory: Pick<InventoryStore, 'select' | 'devices'>,
  site: string,
): Promise<Omit<SiteQuestion, 'deviceCa'>> {
  const network = networkOf(config, site);
  const ids = (await inventory.select({ kind: 'site', value: site })).map(({ id }) => id);
  const names: { readonly device: string; readonly fqdn: string | null }[] = [];
  for (let at = 0; at < ids.length; at += readAtOnce)
    for (const { name, fqdn } of await inventory.devices(ids.slice(at, at + readAtOnce)))
      names.push({ device: name, fqdn });
  const sample = await inventory.devices(sampleOf(ids, network.samplePcs, clock.now()));
  return { site, network, sample, names };
}

async function readDeviceCa(file: string | undefined): Promise<SiteQuestion['deviceCa']> {
  if (file === undefined) return { file: null, keys: null };
  return { file, keys: await readFile(file, 'utf8').then(caKeysOf, () => null) };
}
