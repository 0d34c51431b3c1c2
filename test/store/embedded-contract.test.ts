import { afterAll } from '@jest/globals';
import { storeContract } from '../contract/store-contract.ts';
import { openStore, temporaryDirectory } from './testing.ts';

const directory = await temporaryDirectory();
storeContract('private PostgreSQL', () => openStore({ dataDirectory: directory.path }));
afterAll(() => directory.remove());
