import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.ts';
import { networkOf } from '../config/settings/network-of.ts';
import type { InventoryStore } from '../ports/store/inventory-store.ts';
import type { SiteQuestion } from '../prerequisites/measure-site.ts';
import { sampleOf } from '../prerequisites/sample-devices.ts';
import { caKeysOf } from '../prerequisites/verdicts/ca-keys.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';

/** So many devices are read from the store at a time. */
const readAtOnce = 1_000;

/** A site as its network is looked at: what the configuration says of it, and what the inventory has. */
export async function siteQuestionOf(
  config: Config,
  inventory: Pick<InventoryStore, 'select' | 'devices'>,
  site: string,
): Promise<SiteQuestion> {
  const network = networkOf(config, site);
  const ids = (await inventory.select({ kind: 'site', value: site })).map(({ id }) => id);
  const names: { readonly device: string; readonly fqdn: string | null }[] = [];
  for (let at = 0; at < ids.length; at += readAtOnce)
    for (const { name, fqdn } of await inventory.devices(ids.slice(at, at + readAtOnce)))
      names.push({ device: name, fqdn });
  const sample = await inventory.devices(sampleOf(ids, network.samplePcs, clock.now()));
  return { site, network, sample, names, deviceCa: await readDeviceCa(config.amt.certificateAuthorityFile) };
}

async function readDeviceCa(file: string | undefined): Promise<SiteQuestion['deviceCa']> {
  if (file === undefined) return { file: null, keys: null };
  return { file, keys: await readFile(file, 'utf8').then(caKeysOf, () => null) };
}
