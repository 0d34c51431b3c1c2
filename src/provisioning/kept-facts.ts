import type { ProvisioningFacts, ProvisioningStore } from '../ports/provisioning/provisioning-store.ts';

/** The facts of a device's record. A device that was set up by somebody else has no record: it has none, and none are kept. */
export interface KeptFacts {
  of(deviceId: string): Promise<ProvisioningFacts>;
  /** Adds facts; an empty text takes one away. */
  keep(deviceId: string, facts: ProvisioningFacts): Promise<void>;
}

/** Reads and keeps facts, whoever else changes the record meanwhile. */
export function createKeptFacts({
  provisionings,
  now,
}: {
  readonly provisionings: Pick<ProvisioningStore, 'get' | 'change'>;
  readonly now: () => Date;
}): KeptFacts {
  return {
    async of(deviceId) {
      return (await provisionings.get(deviceId))?.facts ?? {};
    },
    async keep(deviceId, facts) {
      for (;;) {
        const record = await provisionings.get(deviceId);
        if (!record || (await provisionings.change(deviceId, record.version, { facts }, now()))) return;
      }
    },
  };
}
