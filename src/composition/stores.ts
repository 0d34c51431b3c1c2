import { createSiteProbes } from '../../adapters/network/site/site-probes.ts';
import { createSecretStore, createStore, createTrailAnchors } from '../../adapters/store/index.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../ports/logger.ts';
import type { SiteProbes } from '../ports/network/site-probes.ts';
import type { SecretStore } from '../ports/store/secret-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { TrailAnchors } from '../ports/trail/trail-anchors.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';

/** The store alone, for commands that look at it or fill it; beside a running service too. The passwords of devices need `environment`. */
export function openStore(
  config: Config,
  databaseUrl: string | undefined,
  logger: Logger,
  environment?: NodeJS.ProcessEnv,
): Promise<Store> {
  return createStore({
    ...(databaseUrl ? { databaseUrl } : {}),
    dataDirectory: config.service.dataDirectory,
    ...(environment ? { sealingKey: sealingKeyOf(config, (name) => environment[name] ?? null) } : {}),
    due: dueOf(config),
    beside: true,
    logger,
    onFatal: () => {},
  });
}

/** When certificates and passwords of provisioned PCs are due. */
export function dueOf({ provisioning: { upkeep } }: Config) {
  return { certificatesBefore: upkeep.renewDays, passwordsAfter: upkeep.rotateDays };
}

/** The encrypted store of secrets. Rejects with ERR_SECRET_KEY when its key is missing or wrong. */
export async function openSecretStore(config: Config, environment: NodeJS.ProcessEnv): Promise<SecretStore> {
  const keySource = sealingKeyOf(config, (name) => environment[name] ?? null);
  return createSecretStore({ directory: config.service.dataDirectory, keySource });
}

/** Where `service.secretKey` is read from; it may be missing there. */
export function sealingKeyOf({ service: { secretKey } }: Config, variableOf: (name: string) => string | null) {
  return 'file' in secretKey
    ? { keyFile: secretKey.file }
    : { key: variableOf(secretKey.env) ?? '', variable: secretKey.env };
}

/** Looks at the network of a site. */
export function openSiteProbes(): SiteProbes {
  return createSiteProbes({ clock });
}

/** Notes of the trail's end, kept outside the database. */
export function openTrailAnchors(config: Config): TrailAnchors {
  return createTrailAnchors(config.service.dataDirectory);
}
