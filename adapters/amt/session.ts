import { AmtError, type AmtFacts, type AmtSession } from '../../src/ports/amt.ts';
import { identifyVersion } from './classes/identity.ts';
import { readOsPowerSaving, requestOsFullPower } from './classes/os-power-saving.ts';
import { readPower, requestPower } from './classes/power.ts';
import { explainRefusal } from './classes/refusal.ts';
import { readControlMode, readHostName, readProvisioningState } from './classes/setup.ts';
import type { DeviceMemory } from './transport/memory.ts';
import type { Wsman } from './wsman/client.ts';

/** A session and what ends it. */
export interface OpenSession {
  readonly session: AmtSession;
  /** From now on every method rejects with `cancelled`: the device may belong to another conversation. */
  end(): void;
}

/** Makes the session of one conversation. `tlsVersion` tells the protocol once the device has answered in it. */
export function createSession(wsman: Wsman, memory: DeviceMemory, tlsVersion: () => string | null): OpenSession {
  let ended = false;

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (ended) throw new AmtError('cancelled', ['the conversation with the device is over']);
    return work();
  };

  async function readFacts(): Promise<AmtFacts> {
    const provisioningState = await readProvisioningState(wsman);
    const controlMode = await readControlMode(wsman);
    const hostName = await readHostName(wsman);
    // Nearly always known by now from the Server header of the replies, which saves a round trip.
    memory.amtVersion ??= await identifyVersion(wsman);
    return {
      amtVersion: memory.amtVersion ?? 'unknown',
      hostName,
      provisioningState,
      controlMode,
      tlsVersion: tlsVersion() ?? 'none',
      certificateExpiresAt: memory.certificateExpiresAtMs === null ? null : new Date(memory.certificateExpiresAtMs),
    };
  }

  return {
    session: {
      get tlsVersion() {
        return tlsVersion();
      },
      get amtVersion() {
        return memory.amtVersion;
      },
      readPower: () => guarded(() => explainRefusal(wsman, () => readPower(wsman, memory))),
      requestPower: (state) => guarded(() => explainRefusal(wsman, () => requestPower(wsman, state))),
      readOsPowerSaving: () => guarded(() => readOsPowerSaving(wsman)),
      requestOsFullPower: () => guarded(() => explainRefusal(wsman, () => requestOsFullPower(wsman))),
      readFacts: () => guarded(readFacts),
    },
    end() {
      ended = true;
    },
  };
}
