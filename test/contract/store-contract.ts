import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Store } from '../../src/ports/store.ts';
import { findingContract } from './findings.ts';
import { cardContract } from './store/cards.ts';
import { certificateContract } from './store/certificates.ts';
import { claimContract } from './store/claims.ts';
import { conversationContract } from './store/conversations.ts';
import { deviceLogContract } from './store/device-logs.ts';
import { discoveryContract } from './store/discovery.ts';
import { helloContract } from './store/hellos.ts';
import { inventoryContract } from './store/inventory.ts';
import { linksContract } from './store/links.ts';
import { lockContract } from './store/locks.ts';
import { queueContract } from './store/queue.ts';
import { reportContract } from './store/reports.ts';
import { requestContract } from './store/requests.ts';
import { reviewContract } from './store/reviews.ts';
import { runContract } from './store/runs.ts';
import { scheduleContract } from './store/schedules.ts';
import { trailContract } from './store/trail.ts';
import { transmissionContract } from './store/transmissions.ts';
import { wakeHistoryContract } from './store/wake-history.ts';
import { waveContract } from './store/waves.ts';

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
    queueContract(theStore);
  });
}
