import type { Device, InventoryStore } from '../../ports/store/inventory-store.ts';
import { ProvisioningError } from '../machine/provisioning-error.ts';
import type { SetupChains } from '../out-of-band/setup-chains.ts';

/** What is looked at before somebody is asked to agree. */
export interface InBandPreflight {
  readonly inventory: Pick<InventoryStore, 'withUuid'>;
  readonly chains: SetupChains;
  readonly hasAuthority: boolean;
  /** Admin control mode, for which a provisioning certificate is shown. */
  readonly needsChain: boolean;
}

/** Whether the agent of a PC could be served when it comes: not after an hour of waiting is it to be told that it can't. Rejects with ProvisioningError. */
export async function preflightInBand({ uuid }: Device, deps: InBandPreflight): Promise<void> {
  // Over the network it has its own certificate and TLS from the start; from the inside only what it is given.
  if (!deps.hasAuthority) throw new ProvisioningError('provisioning_no_authority');
  if (uuid === undefined) throw new ProvisioningError('uuid_missing');
  const sharers = await deps.inventory.withUuid(uuid);
  if (sharers.length > 1) throw new ProvisioningError('uuid_shared', [sharers.map(({ name }) => name).join(', ')]);
  if (!deps.needsChain) return;
  const chains = await deps.chains.all();
  if (chains.length === 0) throw new ProvisioningError('provisioning_no_chain');
  const unfit = chains.flatMap((chain) => (chain.ok ? [] : chain.why));
  if (unfit.length > 0 && !chains.some(({ ok }) => ok)) throw new ProvisioningError('provisioning_chain_unfit', unfit);
}
