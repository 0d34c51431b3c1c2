import { createAmtGateway, missingFeatures } from '../../adapters/amt/index.ts';
import { createNetworkProbes } from '../../adapters/network/network-probes.ts';
import { createPresenceSweep } from '../../adapters/network/sweep.ts';
import type { Device as LabDevice } from '../../lab/device.ts';
import { createFleet, defaultPassword, type Fleet, type FleetOptions } from '../../lab/fleet.ts';
import { fingerprintOf } from '../../lab/tls/certificate.ts';
import { deviceCertificate } from '../../lab/tls/device-certificate.ts';
import type { OperationDeps } from '../../src/operations/index.ts';
import type { OperationName } from '../../src/operations/operation.ts';
import type { AmtSession } from '../../src/ports/amt.ts';
import type { NetworkProbes } from '../../src/ports/network/network-probes.ts';
import type { Outcome } from '../../src/ports/runs/run-store.ts';
import type { Device } from '../../src/ports/store/inventory-store.ts';
import { performTask } from '../../src/runs/perform-task.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { operationsWith } from '../operations/perform.ts';
import { recordingLogger } from '../store/testing.ts';
import { device as anyDevice } from '../support/fixtures.ts';

const rmcpPort = 7_623;
const never = new AbortController().signal;
const credentials = async () => ({ user: 'admin', password: defaultPassword });

/** PCs of the lab on real sockets, and the service's own operations on them. */
export interface Bench {
  readonly fleet: Fleet;
  readonly probes: NetworkProbes;
  /** The PC as the inventory has it; by its certificate authority, or pinned to the certificate that it shows. */
  inventory(name: string, more?: Partial<Device>): Device;
  pinned(name: string, tls: 'pinned' | 'legacy'): Partial<Device>;
  perform(
    operation: OperationName,
    name: string,
    more?: Partial<Device>,
    deps?: Partial<OperationDeps>,
  ): Promise<Outcome>;
  /** What `verify` says is to be done, as its report shows it: title and mend. */
  verify(name: string, more?: Partial<Device>, deps?: Partial<OperationDeps>): Promise<readonly string[]>;
  /** The code of the cause that `why` finds first. */
  why(name: string, more?: Partial<Device>, deps?: Partial<OperationDeps>): Promise<string>;
  /** A conversation by itself. */
  converse<T>(name: string, work: (session: AmtSession) => Promise<T>, more?: Partial<Device>): Promise<T>;
  close(): Promise<void>;
}

/** Makes it. DNS says of each PC what the fleet says, but where `names` says otherwise. */
export async function createBench(
  options: FleetOptions,
  names: Partial<Pick<NetworkProbes, 'addressesOf' | 'namesOf'>> = {},
): Promise<Bench> {
  const fleet = await createFleet({ rmcpPort, powered: 'on', ...options });
  await fleet.start();
  const ca = Buffer.from(fleet.keys.authorityPem);
  const gateway = createAmtGateway({
    credentials,
    ca,
    clock: systemClock,
    logger: recordingLogger(),
    timeouts: { replyTimeoutMs: 2_000, wakeWindowMs: 1_000 },
  });
  const { devices } = fleet;
  const found = (fits: (one: LabDevice) => boolean, value: (one: LabDevice) => string) => {
    const one = devices.find(fits);
    return one ? ({ kind: 'found', values: [value(one)] } as const) : ({ kind: 'none' } as const);
  };
  const probes: NetworkProbes = {
    ...createNetworkProbes({ dnsServers: [], ca }),
    addressesOf: async (name) =>
      found(
        ({ fqdn }) => fqdn === name,
        ({ address }) => address,
      ),
    namesOf: async (given) =>
      found(
        ({ address }) => address === given,
        ({ fqdn }) => fqdn,
      ),
    ...names,
  };
  const inventory = (name: string, more: Partial<Device> = {}): Device => {
    const { address, fqdn } = fleet.device(name);
    return { ...anyDevice, name, host: address, fqdn, ...more };
  };
  const bench: Bench = {
    fleet,
    probes,
    inventory,
    pinned: (name, tls) => ({
      tls,
      certificateFingerprint: fingerprintOf(deviceCertificate(fleet.device(name), fleet.keys)),
    }),
    async perform(operation, name, more, deps) {
      const operations = operationsWith({
        probes,
        credentials,
        missingFeatures,
        sweep: createPresenceSweep(rmcpPort),
        ...deps,
      });
      const end = await performTask(
        { device: inventory(name, more), attempt: 1, interrupted: false },
        operations[operation],
        {
          gateway,
          clock: systemClock,
          logger: recordingLogger(),
          verifyMs: 1_500,
          auditCredentialOf: () => null,
          parameters: {},
          signal: never,
          lend: (wait) => wait,
        },
      );
      if (!end) throw new Error('the operation was parked');
      return end;
    },
    async verify(name, more, deps) {
      return (await bench.perform('verify', name, more, deps)).report?.alerts ?? [];
    },
    async why(name, more, deps) {
      return (await bench.perform('diagnose', name, more, deps)).code;
    },
    converse: (name, work, more) =>
      gateway.withDevice({ ...inventory(name, more), deviceId: `dev_${name}` }, work, never),
    async close() {
      await gateway.close();
      await fleet.stop();
    },
  };
  return bench;
}
