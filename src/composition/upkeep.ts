import { readFile } from 'node:fs/promises';
import type { AmtGateway } from '../ports/amt.ts';
import { newDevicePassword } from '../ports/directory/password.ts';
import type { Store } from '../ports/store/store.ts';
import type { UpkeepDeps } from '../provisioning/upkeep/upkeep-deps.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';

/** What provisioned PCs are kept in order with. */
export function openUpkeep({
  store,
  ...given
}: Pick<UpkeepDeps, 'authority' | 'directoryOf' | 'probes' | 'setupGatewayOf' | 'profiles' | 'credentials'> & {
  readonly store: Store;
  readonly gateway: AmtGateway;
}): UpkeepDeps {
  return {
    ...given,
    provisionings: store.provisionings,
    secrets: store.deviceSecrets,
    inventory: store.inventory,
    statuses: store.amtStatuses,
    newPassword: newDevicePassword,
    readFile: (path) => readFile(path),
    clock,
  };
}
