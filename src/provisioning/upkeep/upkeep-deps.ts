import type { SetupGateway } from '../../ports/amt/setup-gateway.ts';
import type { AmtGateway } from '../../ports/amt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Directory } from '../../ports/directory.ts';
import type { AmtStatusStore } from '../../ports/discovery/amt-status-store.ts';
import type { NetworkProbes } from '../../ports/network/network-probes.ts';
import type { DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';
import type {
  Provisioning,
  ProvisioningFacts,
  ProvisioningStore,
} from '../../ports/provisioning/provisioning-store.ts';
import type { Device, InventoryStore } from '../../ports/store/inventory-store.ts';
import type { ApplyProfileDeps } from '../configure/apply-profile.ts';
import { createKeptFacts, type KeptFacts } from '../kept-facts.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';

/** What provisioned PCs are kept in order, and taken back, with. */
export interface UpkeepDeps extends Omit<ApplyProfileDeps, 'facts' | 'kept'> {
  readonly provisionings: ProvisioningStore;
  readonly secrets: DeviceSecretStore;
  readonly inventory: Pick<InventoryStore, 'devices' | 'setReach'>;
  readonly gateway: Pick<AmtGateway, 'withDevice'>;
  readonly probes: Pick<NetworkProbes, 'askPort'>;
  /** Conversations as the set-up server that a PC was provisioned by, with its certificate; null: there is none, or not any more. */
  readonly setupGatewayOf: (facts: ProvisioningFacts) => Promise<SetupGateway | null>;
  readonly statuses: Pick<AmtStatusStore, 'keep'>;
  /** The domain that a full DNS name lies in; null where none is configured for it. */
  readonly directoryOf: (fqdn: string) => Promise<Directory | null>;
  /** A random password fit for AMT's rule. */
  readonly newPassword: () => string;
  readonly clock: Clock;
}

/** A PC that is worked on. */
export interface Pc {
  /** As the inventory has it. */
  readonly device: Device;
  /** The request that it is done for; null: none. What is done for one is not done for it again. */
  readonly requestId: string | null;
  readonly signal: AbortSignal;
}

/** The record of a PC that is provisioned; rejects with ProvisioningError for any other. */
export async function provisionedRecord(pc: Pc, { provisionings }: UpkeepDeps): Promise<Provisioning> {
  const record = await provisionings.get(pc.device.id);
  if (!record || record.state === 'removed') throw new ProvisioningError('not_provisioned_by_us');
  if (record.state === 'removing') throw new ProvisioningError('provisioning_removal');
  if (record.state !== 'provisioned') throw new ProvisioningError('provisioning_unfinished', [record.state]);
  return record;
}

/** Full DNS name of the PC. Rejects with ProvisioningError when it has none. */
export function fqdnOf({ device }: Pick<Pc, 'device'>): string {
  if (device.fqdn === null) throw new ProvisioningError('provisioning_no_name');
  return device.fqdn.toLowerCase();
}

/** The facts of the PC's record. */
export const keptFactsOf = ({ provisionings, clock }: UpkeepDeps): KeptFacts =>
  createKeptFacts({ provisionings, now: () => clock.now() });
