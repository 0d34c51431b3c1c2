import type { Device, InventoryStore } from '../ports/store/inventory-store.ts';
import { ProvisioningError } from './machine/provisioning-error.ts';

/** The UUID by which a PC is told from all others. Rejects with ProvisioningError when it has none, or others of the inventory have it too. */
export async function ownUuid(
  { uuid }: Pick<Device, 'uuid'>,
  inventory: Pick<InventoryStore, 'withUuid'>,
): Promise<string> {
  if (uuid === undefined) throw new ProvisioningError('uuid_missing');
  const sharers = await inventory.withUuid(uuid);
  if (sharers.length > 1) throw new ProvisioningError('uuid_shared', [sharers.map(({ name }) => name).join(', ')]);
  return uuid;
}
