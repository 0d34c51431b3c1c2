import type { OperationName } from '../../operations/operation.ts';
import type { Transmission } from '../../runs/transmission.ts';
import type { Config } from '../schema.ts';
import { ownOfSite } from './wake-of.ts';

const minute = 60_000;

/** Nothing is tried again, nothing waits: the commands of operations that are not named. */
const atOnce = { retries: 0, retryDelayMinutes: 2, pauseSeconds: 10, offsetMinutes: 0, spreadMinutes: 0 } as const;

/** How the commands of an operation go out to the PCs of a site. */
export function transmissionOf(
  { transmissions }: Pick<Config, 'transmissions'>,
  operation: OperationName,
  site: string,
): Transmission {
  const { sites, operations, ...usual } = transmissions;
  const named = operations[operation];
  const set: typeof usual =
    operation === 'power-on' ? { ...usual, ...named, ...ownOfSite(sites, site) } : { ...atOnce, ...named };
  return {
    retries: set.retries,
    retryDelayMs: set.retryDelayMinutes * minute,
    pauseAfter: set.pauseAfterDevices ?? null,
    pauseMs: set.pauseSeconds * 1_000,
    perSubnet: set.subnetDevices ?? null,
    spreadMs: set.spreadMinutes * minute,
    deadlineMs: set.deadlineMinutes === undefined ? null : set.deadlineMinutes * minute,
    offsetMs: set.offsetMinutes * minute,
  };
}

/** Connections at a time to the PCs of a site; null: the usual number. */
export function connectionsOf({ transmissions }: Pick<Config, 'transmissions'>, site: string): number | null {
  return ownOfSite(transmissions.sites, site)?.connections ?? null;
}
