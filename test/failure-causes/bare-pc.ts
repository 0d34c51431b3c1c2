import { createSetupGateway } from '../../adapters/amt/index.ts';
import { readBundle } from '../../adapters/pki/index.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../lab/fleet.ts';
import type { ClientChain, SetupGateway } from '../../src/ports/amt/setup-gateway.ts';
import { AmtError, type AmtSession } from '../../src/ports/amt.ts';
import { newDevicePassword } from '../../src/ports/directory/password.ts';
import type { ReceivedHello } from '../../src/ports/hello/hello.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import { noteHello } from '../../src/provisioning/hello/note-hello.ts';
import { ProvisioningError } from '../../src/provisioning/machine/provisioning-error.ts';
import { createOutOfBandAccess } from '../../src/provisioning/out-of-band/out-of-band-access.ts';
import { createSetupChains } from '../../src/provisioning/out-of-band/setup-chains.ts';
import { remoteSteps } from '../../src/provisioning/remote/remote-steps.ts';
import { endpointAt, realClock } from '../amt/conversation.ts';
import { listenForHello } from '../hello/first-hello.ts';
import { openNetwork } from '../operations/perform.ts';
import { deviceOf } from '../prerequisites/testing.ts';

const never = new AbortController().signal;
const timeouts = { wakeWindowMs: 1_000, wakePauseMs: 5 };
const factory = async () => ({ user: 'admin', password: 'admin' });

/** A PC from the factory that has said hello. */
export interface BarePc {
  readonly fleet: Fleet;
  readonly hello: ReceivedHello;
  /** Why its firmware, which judges by itself, does not let a set-up server with this chain in; null: it does. */
  refusal(chain: ClientChain): Promise<string | null>;
  /** How `/oob provision` of it begins when the configuration has this PKCS#12 alone: `met`, or the code of the refusal. */
  provision(pkcs12: { readonly bytes: Uint8Array; readonly password: string }, at?: Date): Promise<string>;
  /** Another tool with this chain sets it up, with a password that nobody here knows. */
  setUp(chain: ClientChain): Promise<void>;
  close(): Promise<void>;
}

/** Makes it, and waits for its first hello. The address after its own is that of the listener. */
export async function openBarePc(
  addresses: { readonly pc: string; readonly server: string },
  bare: { readonly roots: readonly Uint8Array[]; readonly dnsSuffix: string },
  more: FleetOptions = {},
): Promise<BarePc> {
  const listener = await listenForHello(addresses.server);
  const { server } = listener;
  const fleet = await createFleet({ firstAddress: addresses.pc, bare: { hosts: 'all', server, ...bare }, ...more });
  await fleet.start();
  const hello = await listener.said;
  const refusals = () => fleet.device('host1').factory?.refusals ?? [];

  return {
    fleet,
    hello,
    async refusal(chain) {
      const before = refusals().length;
      const gateway = createSetupGateway({ credentials: factory, clock: realClock, timeouts }, chain);
      try {
        await gateway.meet({ host: addresses.pc, port: null, tls: 'pinned' }, never);
        return null;
      } catch (error) {
        if (error instanceof AmtError) return refusals()[before] ?? error.code;
        throw error;
      } finally {
        await gateway.close();
      }
    },
    async provision(pkcs12, at = new Date()) {
      const record = noteHello(null, hello);
      const pc: Device = { ...deviceOf({ name: 'host1', host: addresses.pc }), uuid: hello.uuid };
      const gateways: SetupGateway[] = [];
      const access = createOutOfBandAccess(pc, {
        hellos: { get: async () => record },
        inventory: { withUuid: async () => [pc] },
        chains: createSetupChains({
          sources: [{ name: 'only', read: () => readBundle({ kind: 'pkcs12', ...pkcs12 }) }],
          revocation: async () => [],
          now: () => new Date(),
        }),
        probes: openNetwork,
        clock: { ...realClock, now: () => at },
        takesHellos: true,
        freshHours: 24,
        accounts: { secrets: { inForce: async () => null }, accounts: [], logIns: { takeLogIn: async () => true } },
        gatewayOf(proof) {
          const own = 'pps' in proof ? proof : proof.client;
          const gateway = createSetupGateway({ credentials: factory, clock: realClock, timeouts }, own);
          gateways.push(gateway);
          return gateway;
        },
      });
      try {
        if (!access.meet) throw new Error('there is nothing to meet');
        await access.meet(never);
        return 'met';
      } catch (error) {
        if (error instanceof ProvisioningError) return error.code;
        throw error;
      } finally {
        for (const gateway of gateways) await gateway.close();
      }
    },
    async setUp(chain) {
      const password = newDevicePassword();
      const administrator = { user: 'admin', password };
      const credentials = async (name: string) => (name === 'factory' ? factory() : administrator);
      const gateway = createSetupGateway({ credentials, clock: realClock, timeouts }, chain);
      try {
        const { fingerprint } = await gateway.meet({ host: addresses.pc, port: null, tls: 'pinned' }, never);
        const endpoint = endpointAt(addresses.pc, { tls: 'pinned', certificateFingerprint: fingerprint });
        for (const step of remoteSteps) {
          const perform = (session: AmtSession) => step.perform(session, { administrator, mebxPassword: password });
          await gateway.withDevice({ ...endpoint, credential: step.as }, perform, never);
        }
      } finally {
        await gateway.close();
      }
    },
    async close() {
      await fleet.stop();
      await listener.close();
    },
  };
}
