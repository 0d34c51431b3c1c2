import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DeviceInput } from '../../../src/ports/store/inventory-store.ts';
import { readFleet } from '../../fleet/fleet-file.ts';
import type { Course, Prepare } from '../contestants.ts';
import { meshCentralFolder } from '../meshcentral-folder.ts';
import { forEachAtOnce } from './for-each-at-once.ts';

/**
 * MeshCentral's AMT stack (npm meshcentral, Apache-2.0), files amt/amt-wsman-comm.js, amt-wsman.js and amt.js, asked for
 * the same: read the power state, turn on, read again. Its own ways are left to it: it waits 500 ms before it answers a
 * challenge, and over TLS it is told to accept any certificate.
 */
interface Reply {
  readonly Body: Record<string, unknown>;
}
type Done = (stack: unknown, name: string, reply: Reply | null, status: number) => void;
interface Stack {
  Get(name: string, done: Done): void;
  RequestPowerStateChange(state: number, done: Done): void;
}
interface Comm {
  destroy(): void;
  xtlsFingerprint: unknown;
}

const ask = (call: (done: Done) => void): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    call((_stack, name, reply, status) => {
      if (status === 200 && reply) resolve(reply.Body);
      else reject(new Error(`${name}: status ${status}`));
    });
  });

const association = 'CIM_AssociatedPowerManagementService';

/** Makes the contestant; rejects when the package is missing. */
export const prepareMeshCentral: Prepare = async (course) => {
  const fleet = await readFleet(course.fleetFile);
  const load = createRequire(import.meta.url);
  const createComm = load(join(meshCentralFolder, 'amt-wsman-comm.js'));
  const createWsman = load(join(meshCentralFolder, 'amt-wsman.js'));
  const createStack = load(join(meshCentralFolder, 'amt.js'));

  async function turnOn(device: DeviceInput, { password, tls }: Course): Promise<void> {
    const comm: Comm = createComm(device.host, tls ? 16993 : 16992, 'admin', password, tls ? 1 : 0, undefined, null);
    comm.xtlsFingerprint = 0;
    const stack: Stack = createStack(createWsman(comm));
    const before = await ask((done) => stack.Get(association, done));
    const answer = await ask((done) => stack.RequestPowerStateChange(2, done));
    const after = await ask((done) => stack.Get(association, done));
    comm.destroy();
    if (before.PowerState !== 8 || answer.ReturnValue !== 0 || after.PowerState !== 2) {
      throw new Error(`${device.name}: state ${before.PowerState}, answer ${answer.ReturnValue}, ${after.PowerState}`);
    }
  }

  return {
    consoleUrl: null,
    run: () => forEachAtOnce(fleet, course.concurrency, (device) => turnOn(device, course)),
    close: async () => {},
  };
};
