import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';

/**
 * A client that we did not write against the lab: the AMT stack of MeshCentral 1.1.55 (Apache-2.0), files
 * amt/amt-wsman-comm.js, amt/amt-wsman.js and amt/amt.js. What it can't do with a device, the lab must not demand.
 */
const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const peers = process.env.OOB_PEERS ?? join(projectRoot, '.peers');
const amtFolder = join(peers, 'node_modules', 'meshcentral', 'amt');
const present = existsSync(join(amtFolder, 'amt.js'));
const theTest = present ? test : test.skip;
if (!present) {
  process.stderr.write('Skipped: MeshCentral is missing. To get it: node bin/run.js peers\n');
}

interface MeshReply {
  readonly Body: Record<string, unknown>;
}

type Done = (stack: unknown, name: string, response: MeshReply | MeshReply[] | null, status: number) => void;

/** The part of MeshCentral's stack that is used here. */
interface MeshStack {
  Get(name: string, done: Done): void;
  Enum(name: string, done: Done): void;
  RequestPowerStateChange(state: number, done: Done): void;
}

interface MeshComm {
  destroy(): void;
  xtlsFingerprint: unknown;
}

function meshStack(address: string, port: number, tls: boolean): { comm: MeshComm; stack: MeshStack } {
  const load = createRequire(import.meta.url);
  const createComm = load(join(amtFolder, 'amt-wsman-comm.js'));
  const createWsman = load(join(amtFolder, 'amt-wsman.js'));
  const createStack = load(join(amtFolder, 'amt.js'));
  const comm = createComm(address, port, 'admin', 'Lab-Passw0rd!', tls ? 1 : 0, undefined, null);
  // 0: accept any certificate, as MeshCentral does at first contact.
  comm.xtlsFingerprint = 0;
  return { comm, stack: createStack(createWsman(comm)) };
}

/** Body of a single reply, or the first item of an enumeration. */
function bodyOf(response: MeshReply | MeshReply[] | null): Record<string, unknown> {
  if (response === null) return {};
  const one: unknown = Array.isArray(response) ? response[0] : response.Body;
  return typeof one === 'object' && one !== null ? { ...one } : {};
}

const ask = (call: (done: Done) => void): Promise<{ status: number; body: Record<string, unknown> }> =>
  new Promise((resolve) => {
    call((_stack, _name, response, status) => resolve({ status, body: bodyOf(response) }));
  });

describe('MeshCentral 1.1.55', () => {
  const fleets: Fleet[] = [];

  beforeAll(async () => {
    for (const [persona, firstAddress] of [
      ['amt-15.0', '127.21.1.1'],
      ['amt-16.0', '127.21.1.11'],
    ] as const) {
      const fleet = await createFleet({
        devices: 2,
        persona,
        firstAddress,
        timing: { onMs: [20, 40], offMs: 10, gracefulMs: 10 },
      });
      await fleet.start();
      fleets.push(fleet);
    }
  });

  afterAll(async () => {
    for (const fleet of fleets) await fleet.stop();
  });

  const cases = [
    { transport: 'HTTP', tls: false, qop: 'auth', fleet: 0, host: 'host1' },
    { transport: 'TLS', tls: true, qop: 'auth', fleet: 0, host: 'host2' },
    { transport: 'HTTP', tls: false, qop: 'auth-int, auth', fleet: 1, host: 'host1' },
    { transport: 'TLS', tls: true, qop: 'auth-int, auth', fleet: 1, host: 'host2' },
  ];

  for (const { transport, tls, qop, fleet: which, host } of cases) {
    theTest(`powers a lab device on over ${transport} with qop "${qop}"`, async () => {
      const fleet = fleets[which];
      if (!fleet) throw new Error('No fleet');
      const device = fleet.device(host);
      expect(device.persona.qop).toBe(qop);
      const { comm, stack } = meshStack(device.address, tls ? 16993 : 16992, tls);
      try {
        const before = await ask((done) => stack.Enum('CIM_ServiceAvailableToElement', done));
        expect(before).toMatchObject({ status: 200, body: { PowerState: 8 } });
        const requested = await ask((done) => stack.RequestPowerStateChange(2, done));
        expect(requested).toMatchObject({ status: 200, body: { ReturnValue: 0 } });
        let after = await ask((done) => stack.Get('CIM_AssociatedPowerManagementService', done));
        for (let looks = 0; after.body.PowerState === 8 && looks < 500; looks += 1) {
          after = await ask((done) => stack.Get('CIM_AssociatedPowerManagementService', done));
        }
        expect(after).toMatchObject({ status: 200, body: { PowerState: 2 } });
        expect(device.power.requests).toMatchObject([{ requested: 2, stateBefore: 8, returnValue: 0 }]);
        // One 401 to learn the nonce, then everything on one connection.
        expect(device.counters).toMatchObject({ unauthorized: 1, connections: 2 });
      } finally {
        comm.destroy();
      }
    });
  }
});
