import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Store } from '../../src/ports/store/store.ts';
import { findingContract } from './findings.ts';
import { cardContract } from './store/cards.ts';
import { checklistContract } from './store/checklists.ts';
import { conversationContract } from './store/conversations.ts';
import { certificateContract } from './store/devices/certificates.ts';
import { deviceLogContract } from './store/devices/device-logs.ts';
import { deviceSecretContract } from './store/devices/device-secrets.ts';
import { discoveryContract } from './store/devices/discovery.ts';
import { fleetContract } from './store/devices/fleet.ts';
import { helloContract } from './store/devices/hellos.ts';
import { inventoryContract } from './store/devices/inventory.ts';
import { provisioningContract } from './store/devices/provisionings.ts';
import { wakeHistoryContract } from './store/devices/wake-history.ts';
import { linksContract } from './store/links.ts';
import { queueContract } from './store/queue.ts';
import { requestContract } from './store/requests.ts';
import { reviewContract } from './store/reviews.ts';
import { claimContract } from './store/runs/claims.ts';
import { lockContract } from './store/runs/locks.ts';
import { reportContract } from './store/runs/reports.ts';
import { runContract } from './store/runs/runs.ts';
import { transmissionContract } from './store/runs/transmissions.ts';
import { waveContract } from './store/runs/waves.ts';
import { scheduleContract } from './store/schedules.ts';
import { trailContract } from './store/trail.ts';

/** Gives the store under test, once `beforeAll` has run. */
export type TheStore = () => Store;

/** What every store must do, whatever it keeps things in. `open` is called once; the suite shares the store and closes it. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store: ${name}`, () => {
    let store: Store | null = null;
    const theStore: TheStore = () => {
      if (!store) throw new Error('the store is not open yet');
      return store;
    };
    beforeAll(async () => {
      store = await open();
    });
    afterAll(async () => {
      await store?.close();
    });

    test('answers a check', async () => {
      await theStore().check(5_000);
    });

    inventoryContract(theStore);
    fleetContract(theStore);
    helloContract(theStore);
    deviceLogContract(theStore);
    findingContract(theStore);
    requestContract(theStore);
    reviewContract(theStore);
    runContract(theStore);
    reportContract(theStore);
    claimContract(theStore);
    waveContract(theStore);
    transmissionContract(theStore);
    lockContract(theStore);
    cardContract(theStore);
    conversationContract(theStore);
    trailContract(theStore);
    linksContract(theStore);
    scheduleContract(theStore);
    wakeHistoryContract(theStore);
    certificateContract(theStore);
    discoveryContract(theStore);
    checklistContract(theStore);
    provisioningContract(theStore);
    deviceSecretContract(theStore);
    queueContract(theStore);
  });
}
