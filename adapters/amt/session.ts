import { AmtError, type AmtFacts, type AmtSession } from '../../src/ports/amt.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { createAccounts } from './classes/accounts/accounts.ts';
import { readAssets } from './classes/assets/read-assets.ts';
import { createAuditLog } from './classes/audit/audit-log.ts';
import { createBoot } from './classes/boot/boot.ts';
import { createAlarms } from './classes/clock/alarms.ts';
import { createDeviceClock } from './classes/clock/device-clock.ts';
import { createDevice } from './classes/device.ts';
import { createEventLog } from './classes/events/event-log.ts';
import { identifyVersion } from './classes/identity.ts';
import { readOsPowerSaving, requestOsFullPower } from './classes/power/os-power-saving.ts';
import { readPower, requestPower } from './classes/power/power.ts';
import { createProvisioning } from './classes/provisioning.ts';
import { explainRefusal } from './classes/refusal.ts';
import { createSettings } from './classes/settings/settings.ts';
import { readControlMode, readHostName, readProvisioningState } from './classes/setup.ts';
import type { DeviceMemory } from './transport/memory.ts';
import type { Wsman } from './wsman/client.ts';

/** A session and what ends it. */
export interface OpenSession {
  readonly session: AmtSession;
  /** From now on every method rejects with `cancelled`: the device may belong to another conversation. */
  end(): void;
}

/** What a session is made of. */
export interface SessionParts {
  readonly wsman: Wsman;
  /** The same conversation by the account that changes the audit log; null when it is the device's own. */
  readonly auditorWsman: Wsman | null;
  /** Name of that account's credential. */
  readonly auditCredential: string;
  readonly memory: DeviceMemory;
  readonly clock: Clock;
  /** The protocol, once the device has answered in this conversation. */
  readonly tlsVersion: () => string | null;
}

/** Makes the session of one conversation. */
export function createSession(parts: SessionParts): OpenSession {
  const { wsman, auditorWsman, auditCredential, memory, clock, tlsVersion } = parts;
  let ended = false;
  const device = createDevice(wsman, memory, clock);
  const auditor = {
    device: auditorWsman ? createDevice(auditorWsman, memory, clock) : device,
    credential: auditCredential,
  };

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
      readAssets: () => guarded(() => device.task(() => readAssets(device))),
      auditLog: createAuditLog(device, auditor),
      eventLog: createEventLog(device),
      boot: createBoot(device),
      settings: createSettings(device),
      accounts: createAccounts(device),
      alarms: createAlarms(device),
      deviceClock: createDeviceClock(device),
      provisioning: createProvisioning(device),
    },
    end() {
      ended = true;
    },
  };
}
