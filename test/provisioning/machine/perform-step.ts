import type { AmtEndpoint, AmtGateway, AmtSession } from '../../../src/ports/amt.ts';
import type { AmtStatusSeen } from '../../../src/ports/discovery/amt-status-store.ts';
import type { Device, DeviceReach } from '../../../src/ports/store/inventory-store.ts';
import type { SetupBlocks } from '../../../src/provisioning/machine/machine-deps.ts';
import type { SetupAccess, SetupStep } from '../../../src/provisioning/machine/setup-step.ts';
import { type Script, scriptedSession } from '../../operations/fake-session.ts';
import { recordingLogger } from '../../store/testing.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { memoryProvisionings, memorySecrets } from './memory-stores.ts';

const unused = () => Promise.reject(new Error('not used here'));

/** Nothing to secure or configure a PC with. */
export const noBlocks: SetupBlocks = {
  certificates: null,
  enableTls: unused,
  directoryOf: () => null,
  hasProfile: () => false,
  applyProfile: unused,
};

/** What one step is done with. */
export interface StepSetting {
  readonly device: Device;
  readonly facts?: Readonly<Record<string, string>>;
  /** What comes of the first conversations. */
  readonly errors?: readonly Error[];
  readonly script?: Script;
  readonly blocks?: Partial<SetupBlocks>;
  /** Conversations of the set-up. */
  readonly as?: SetupAccess['as'];
}

/** Does one step after the commit, on a scripted PC; how it ended, and what it changed. */
export async function performStep(step: SetupStep | undefined, setting: StepSetting) {
  const { device, facts = {}, errors = [], script = {}, blocks, as = unused } = setting;
  const clock = createFakeClock();
  const reached: (DeviceReach | null)[] = [];
  const spoken: AmtEndpoint[] = [];
  const kept: AmtStatusSeen[] = [];
  const standings: unknown[] = [];
  const session = scriptedSession(script);
  const withDevice: AmtGateway['withDevice'] = async (endpoint, work) => {
    const error = errors[spoken.length];
    spoken.push(endpoint);
    if (error) throw error;
    return work(session);
  };
  const provisionings = memoryProvisionings();
  const begun = await provisionings.begin({ deviceId: device.id, mode: 'remote', requestId: null, at: clock.now() });
  const record = { ...begun, facts };
  const signal = new AbortController().signal;
  const work: Parameters<SetupStep['perform']>[0] = {
    record,
    device,
    signal,
    access: { as },
    as: <T>(account: 'factory' | 'administrator', ask: (session: AmtSession) => Promise<T>) =>
      as(account, facts, ask, signal),
    kept: async () => {},
    deps: {
      provisionings,
      secrets: memorySecrets(),
      inventory: {
        devices: async () => [{ ...device, ...reached.at(-1) }],
        setReach: async (_id, to) => void reached.push(to),
      },
      gateway: { withDevice },
      statuses: { keep: async (seen) => void kept.push(...seen) },
      standings: { keepStatus: async (standing) => void standings.push(standing) },
      trail: { append: unused },
      blocks: { ...noBlocks, ...blocks },
      clock,
      logger: recordingLogger(),
      newPassword: () => '',
    },
  };
  const end: unknown = await step?.perform(work).catch((error: unknown) => error);
  return { end, reached, spoken, kept, standings, calls: session.calls };
}
