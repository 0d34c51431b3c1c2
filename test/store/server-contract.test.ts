import { afterAll, describe, test } from '@jest/globals';
import { storeContract } from '../contract/store-contract.ts';
import { startSystemPostgres } from './system-postgres.ts';
import { openStore } from './testing.ts';

const server = await startSystemPostgres();
if (server)
  storeContract('a server of its own, by DATABASE_URL', () =>
    openStore({ databaseUrl: server.url, dataDirectory: '/nonexistent' }),
  );
else
  describe('store: a server of its own, by DATABASE_URL', () => {
    test.skip('needs one: apt-get install postgresql, or OOB_TEST_DATABASE_URL', () => {});
  });
afterAll(async () => server?.stop());
