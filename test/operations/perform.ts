import { createOperations, type OperationDeps } from '../../src/operations/index.ts';
import type { OperationName } from '../../src/operations/operation.ts';
import type { AmtStatusStore } from '../../src/ports/discovery/amt-status-store.ts';
import type { PresenceSweep } from '../../src/ports/discovery/presence-sweep.ts';
import type { NetworkProbes } from '../../src/ports/network/network-probes.ts';
import type { AuditLogReading, KeptReading } from '../../src/ports/store/device-log-store.ts';
import type { WakeHistory } from '../../src/ports/store/wake-history.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { device } from '../support/fixtures.ts';
import { type Script, scriptedSession } from './fake-session.ts';

/** What surrounds one operation in a test. */
export interface Setting {
  readonly interrupted?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly deps?: Partial<OperationDeps>;
}

/** Performs an operation on a scripted device; how it ended, and everything that was asked of the device. */
export async function perform(name: OperationName, script: Script, setting: Setting = {}) {
  const session = scriptedSession(script);
  const end = await operationsWith(setting.deps)[name].perform({
    session,
    device,
    parameters: setting.parameters ?? {},
    interrupted: setting.interrupted ?? false,
    verifyMs: 90_000,
    clock: createFakeClock(),
    signal: new AbortController().signal,
  });
  return { ...end, calls: session.calls, requests: session.calls.filter((call) => call.startsWith('request')) };
}

/** The operations over stores in memory. */
export function operationsWith(deps: Partial<OperationDeps> = {}) {
  return createOperations({
    deviceLogs: createMemoryLogs(),
    assets: { keep: async () => {}, of: async () => [] },
    standings: { keepStatus: async () => {}, keepDrift: async () => {} },
    profiles: () => [],
    credentials: async () => null,
    probes: openNetwork,
    sweep: noSweep,
    missingFeatures: () => [],
    statuses: noStatuses,
    wakeHistory: noHistory,
    reconcile: async () => [],
    newId: (prefix) => `${prefix}_1`,
    timeZone: 'UTC',
    ...deps,
  });
}

/** A network on which every AMT port answers and DNS knows nothing. */
export const openNetwork: NetworkProbes = {
  askPort: async () => ({ kind: 'answered', ms: 3, tls: null }),
  knock: async () => ({ kind: 'answered', ms: 3, tls: null }),
  addressesOf: async () => ({ kind: 'no_answer' }),
  namesOf: async () => ({ kind: 'no_answer' }),
};

/** Nobody has looked at any PC, and nothing is kept. */
export const noStatuses: AmtStatusStore = {
  keep: async () => {},
  of: async () => [],
  history: async () => [],
  counts: async () => ({}),
  takeLogIn: async () => true,
};

/** A sweep that hears nobody. */
export const noSweep: PresenceSweep = async () => ({ pongs: [], foreign: [], packets: 0 });

/** Nothing may be scanned. */
export const noDiscovery = {
  settings: { ranges: [], accounts: [], logInsPerHour: 2 },
  probes: openNetwork,
  sweep: noSweep,
  timing: { pongMs: 1, knockMs: 1, chunk: 256 },
} as const;

/** Nothing was ever done to the device. */
export const noHistory: WakeHistory = {
  lastOutcome: async () => null,
  lastFact: async () => null,
  systemUuid: async () => null,
  neighbours: async () => [],
};

/** Audit logs kept in memory; the real store has tests of its own. */
export function createMemoryLogs() {
  const readings: AuditLogReading[] = [];
  return {
    readings,
    async keep(reading: AuditLogReading) {
      const known = new Set(readings.flatMap(({ records }) => records.map(({ raw }) => raw)));
      readings.push(reading);
      return reading.records.filter(({ raw }) => !known.has(raw)).length;
    },
    async latestExports(ids: readonly string[]): Promise<readonly KeptReading[]> {
      const exports = readings.filter(({ purpose, deviceId }) => purpose === 'export' && ids.includes(deviceId));
      return exports.slice(-1).map(({ records, ...rest }) => ({
        ...rest,
        records: records.length,
        lastRecordAt: records.at(-1)?.at ?? null,
      }));
    },
    records: async () => readings.flatMap(({ records }) => records),
  };
}
