import { randomUUID } from 'node:crypto';
import { createRequestActions } from '../../../src/approvals/request-actions.ts';
import type { Conversation } from '../../../src/ports/chat.ts';
import type { ClaimedTask, Outcome, WavePlan } from '../../../src/ports/runs/run-store.ts';
import type { DeviceInput, TargetDevice } from '../../../src/ports/store/inventory-store.ts';
import type { NewRequest } from '../../../src/ports/store/request-store.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import type { TrailEntry } from '../../../src/ports/trail/trail-store.ts';
import { planSummary } from '../../support/fixtures.ts';

/** An id nobody else has; tests share one database. */
export const newId = (prefix: string): string => `${prefix}_${randomUUID().slice(0, 18)}`;

/** A channel. */
export const channel: Conversation = {
  platform: 'slack',
  tenant: 'T1',
  channel: 'C1',
  name: 'it-ops',
  direct: false,
  reference: { thread: '1.2' },
};

/** A device to import. */
export function deviceInput(name: string, over: Partial<DeviceInput> = {}): DeviceInput {
  return {
    name,
    fqdn: `${name}.lab.test`,
    host: '127.0.0.1',
    port: null,
    mac: null,
    site: 'madrid',
    groups: [],
    tls: 'pinned',
    certificateFingerprint: 'ab'.repeat(32),
    credential: 'fleet',
    ...over,
  };
}

/** Imports `count` devices of a site of its own, by natural order. */
export async function fleet(store: Store, count: number, site = newId('site')): Promise<readonly TargetDevice[]> {
  const rows = Array.from({ length: count }, (_, index) => deviceInput(`${site}-host${index + 1}`, { site }));
  await store.inventory.importDevices(rows, () => newId('dev'));
  return store.inventory.select({ kind: 'site', value: site });
}

/** A request that needs nobody's approval any more. */
export function newRequest(devices: readonly TargetDevice[], over: Partial<NewRequest> = {}): NewRequest {
  return {
    id: newId('req'),
    state: 'approved',
    operation: 'power-on',
    parameters: { wait: '30s' },
    commandText: 'poweron site:madrid',
    targetWords: ['site:madrid'],
    reason: 'fire drill',
    requester: 'person_operator',
    conversation: channel,
    planHash: 'c0ffee',
    policyVersion: 'p1',
    deviceCount: devices.length,
    sampleNames: devices.slice(0, 5).map((device) => device.name),
    excludedCount: 0,
    risk: 'peer',
    planSummary: planSummary({ leftOut: [{ name: 'VIP (policy vip-hold)', devices: 2 }] }),
    approvalsNeeded: 1,
    approvers: ['person_approver'],
    votes: [],
    createdAt: new Date('2026-01-05T10:00:00.123Z'),
    expiresAt: new Date('2026-01-05T10:30:00Z'),
    decidedAt: null,
    actions: createRequestActions(newId),
    retryOf: null,
    glass: null,
    ...over,
  };
}

/** A trail entry that says something. */
export function entry(over: Partial<TrailEntry> = {}): TrailEntry {
  return {
    at: new Date('2026-01-05T10:00:00.123Z'),
    kind: 'asked',
    actor: 'person_operator',
    requestId: null,
    data: { why: 'a test' },
    ...over,
  };
}

/** Stores a request for the devices and starts its run; the run's id. */
export async function startedRun(
  store: Store,
  devices: readonly TargetDevice[],
  waves?: WavePlan,
  over: Partial<NewRequest> = {},
): Promise<string> {
  const request = newRequest(devices, over);
  await store.requests.create(request, devices, [], []);
  const id = newId('run');
  const started = await store.runs.start(
    {
      id,
      requestId: request.id,
      requestVersion: 1,
      startedAt: new Date('2026-01-05T10:01:00Z'),
      ...(waves ? { waves } : {}),
    },
    [],
  );
  if (!started) throw new Error('the run did not start');
  return id;
}

/** A good end. */
export function outcome(deviceId: string, over: Partial<Outcome> = {}): Outcome {
  return {
    deviceId,
    status: 'ok',
    code: 'done',
    evidence: ['power 2 (on) after 2.1 s'],
    facts: { tls: 'TLSv1.2' },
    report: null,
    powerState: 2,
    amtVersion: '15.0.23',
    tookMs: 2100.4,
    ...over,
  };
}

/** Ids of claimed tasks' devices. */
export const idsOf = (tasks: readonly ClaimedTask[]): readonly string[] => tasks.map((task) => task.device.id);

/** The trail from the beginning, page by page. */
export async function wholeTrail(store: Store) {
  const all = [];
  for (let after = 0; ; ) {
    const page = await store.trail.read(after, 500);
    all.push(...page);
    const last = page.at(-1);
    if (!last) return all;
    after = last.sequence;
  }
}
