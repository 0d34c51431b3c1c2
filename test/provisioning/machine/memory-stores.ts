import type { DeviceSecret, DeviceSecretStore } from '../../../src/ports/provisioning/device-secrets.ts';
import type { Provisioning, ProvisioningStore } from '../../../src/ports/provisioning/provisioning-store.ts';

/** Records in memory, with the compare-and-set of the real store, which has tests of its own. */
export function memoryProvisionings(): ProvisioningStore & { readonly writes: string[] } {
  const records = new Map<string, Provisioning>();
  const writes: string[] = [];
  const put = (deviceId: string, version: number, note: string, change: (was: Provisioning) => Provisioning) => {
    const was = records.get(deviceId);
    if (!was || was.version !== version) return null;
    const now = { ...change(was), version: version + 1 };
    records.set(deviceId, now);
    writes.push(note);
    return now;
  };
  return {
    writes,
    async begin({ deviceId, mode, requestId, at }) {
      const was = records.get(deviceId);
      const fresh = { done: [], attempt: null, facts: {}, startedAt: at, version: (was?.version ?? 0) + 1 };
      const goesOn = was && was.state !== 'provisioned' && was.state !== 'removed';
      const now: Provisioning = {
        deviceId,
        mode,
        ...(goesOn ? { ...was, version: was.version + 1 } : fresh),
        requestId,
        state: 'under-way',
        failure: null,
        changedAt: at,
      };
      records.set(deviceId, now);
      return now;
    },
    get: async (deviceId) => records.get(deviceId) ?? null,
    of: async (ids) => ids.flatMap((id) => records.get(id) ?? []),
    attempt: async (deviceId, version, step, at) =>
      put(deviceId, version, `attempt ${step}`, (was) => ({ ...was, attempt: { step, at }, changedAt: at })),
    done: async (deviceId, version, step, facts, at) =>
      put(deviceId, version, `done ${step}`, (was) => ({
        ...was,
        done: [...was.done, step],
        attempt: null,
        failure: null,
        facts: { ...was.facts, ...facts },
        changedAt: at,
      })),
    change: async (deviceId, version, { facts, ...to }, at) =>
      put(deviceId, version, `change ${to.state ?? 'facts'}`, (was) => ({
        ...was,
        ...to,
        facts: { ...was.facts, ...facts },
        changedAt: at,
      })),
    counts: async () => ({
      'under-way': 0,
      'awaiting-agent': 0,
      stopped: 0,
      provisioned: 0,
      removing: 0,
      removed: 0,
    }),
  };
}

/** Passwords in memory. */
export function memorySecrets(): DeviceSecretStore {
  const proposals = new Map<string, DeviceSecret>();
  const held = new Map<string, DeviceSecret>();
  const key = (deviceId: string, kind: string) => `${deviceId} ${kind}`;
  return {
    ready: async () => {},
    async propose(deviceId, kind, secret, at) {
      const holds = proposals.get(key(deviceId, kind)) ?? { ...secret, setAt: at };
      proposals.set(key(deviceId, kind), holds);
      return holds;
    },
    proposed: async (deviceId, kind) => proposals.get(key(deviceId, kind)) ?? null,
    inForce: async (deviceId, kind) => held.get(key(deviceId, kind)) ?? null,
    async confirm(deviceId, kind) {
      const secret = proposals.get(key(deviceId, kind));
      if (secret) held.set(key(deviceId, kind), secret);
      return proposals.delete(key(deviceId, kind));
    },
    withdraw: async (deviceId, kind) => proposals.delete(key(deviceId, kind)),
    async forget() {},
    setBefore: async () => [],
  };
}
