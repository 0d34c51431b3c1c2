import type { Device, InventoryStore } from '../../ports/store/inventory-store.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import { usableChains } from '../out-of-band/setup-chain-for.ts';
import type { SetupChains } from '../out-of-band/setup-chains.ts';
import { ownUuid } from '../own-uuid.ts';

/** What is looked at before somebody is asked to agree. */
export interface InBandPreflight {
  readonly inventory: Pick<InventoryStore, 'withUuid'>;
  readonly chains: SetupChains;
  readonly hasAuthority: boolean;
  /** Admin control mode, for which a provisioning certificate is shown. */
  readonly needsChain: boolean;
}

/** Whether the agent of a PC could be served when it comes: not after an hour of waiting is it to be told that it can't. Rejects with ProvisioningError. */
export async function preflightInBand(device: Device, deps: InBandPreflight): Promise<void> {
  // Over the network it has its own certificate and TLS from the start; from the inside only what it is given.
  if (!deps.hasAuthority) throw new ProvisioningError('provisioning_no_authority');
  await ownUuid(device, deps.inventory);
  if (!deps.needsChain) return;
  const { usable, unfit } = await usableChains(deps.chains);
  if (usable.length === 0) throw new ProvisioningError('provisioning_chain_unfit', unfit);
}
