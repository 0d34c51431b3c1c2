import { expect, test } from '@jest/globals';
import { createStore } from '../../adapters/store/index.ts';
import { recordingLogger, temporaryDirectory } from './testing.ts';

test('a command beside a running service uses its database and leaves it running', async () => {
  const directory = await temporaryDirectory();
  const options = { dataDirectory: directory.path, logger: recordingLogger(), onFatal: () => {} };
  const service = await createStore(options);
  try {
    await expect(createStore(options)).rejects.toMatchObject({ code: 'ERR_STORE_IN_USE' });
    const guest = await createStore({ ...options, beside: true });
    await guest.trail.append([{ at: new Date(), kind: 'inventory_imported', actor: 'command-line', requestId: null, data: {} }]);
    await guest.close();
    expect((await service.trail.read(0, 10)).map((entry) => entry.kind)).toEqual(['inventory_imported']);
  } finally {
    await service.close();
    await directory.remove();
  }
});
