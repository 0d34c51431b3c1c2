import { assetsReport } from '../messages/reports/assets.ts';
import type { AssetStore } from '../ports/store/asset-store.ts';
import { endOf } from './finding.ts';
import type { Operation } from './operation.ts';

/** Reads a PC's hardware and keeps it in the store for when the PC cannot be asked. */
export function createReadInventory(deps: { readonly assets: AssetStore }): Operation {
  return {
    name: 'read-inventory',
    exclusive: false,
    async perform({ session, device, clock }) {
      const assets = await session.readAssets();
      await deps.assets.keep({ deviceId: device.id, at: clock.now(), assets });
      return endOf(session, 'ok', 'done', assetsReport(device.name, assets));
    },
  };
}
