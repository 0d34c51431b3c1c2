import type { ChecklistDesk } from '../../src/checklist/checklist-desk.ts';
import { makeChecklist } from '../../src/checklist/checklist-of.ts';
import type { Digests } from '../../src/digest/digests.ts';
import type { Scans } from '../../src/discovery/scans.ts';
import type { Principal } from '../../src/identity/people.ts';
import type { PlanSummary } from '../../src/plan/summary.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Conversation } from '../../src/ports/chat.ts';
import type { ChartPainter } from '../../src/ports/picture.ts';
import type { Device, TargetDevice } from '../../src/ports/store/inventory-store.ts';
import type { StoredRequest } from '../../src/ports/store/request-store.ts';
import type { WaveSettings } from '../../src/runs/waves.ts';
import type { ServiceParts } from '../../src/service.ts';

/** The channel that tests talk in. */
export const itOps: Conversation = {
  platform: 'console',
  tenant: 'local',
  channel: 'it-ops',
  direct: false,
  reference: {},
};

/** A person of the console with these roles. */
export function person(id: string, ...roles: string[]): Principal {
  return {
    id,
    name: id[0]?.toUpperCase() + id.slice(1),
    roles,
    accounts: [{ platform: 'console', tenant: 'local', user: id }],
  };
}

/** A light device. */
export function target(name: string, more: Partial<TargetDevice> = {}): TargetDevice {
  return { id: `dev_${name}`, name, site: 'madrid', groups: [], powerState: null, reach: 'r1', ...more };
}

/** Operators may do all to all; leads may approve all. Risks are the usual ones. */
export const policy: Policy = {
  version: 'v1',
  roles: [
    { id: 'operator', allow: [{ operations: ['all'], targets: ['all'], channels: ['any'] }], approve: [] },
    {
      id: 'lead',
      allow: [{ operations: ['read-status'], targets: ['all'], channels: ['any'] }],
      approve: [{ operations: ['all'], targets: ['all'] }],
    },
  ],
  risks: {
    'power-on': 'act',
    'power-off': 'peer',
    'shut-down': 'peer',
    'power-cycle': 'peer',
    reset: 'peer',
    boot: 'peer',
    'read-status': 'read',
    diagnose: 'read',
    verify: 'read',
    discover: 'act',
    'read-events': 'read',
    'read-inventory': 'read',
    'pull-audit-log': 'read',
    'export-audit-log': 'read',
    'enable-audit-log': 'act',
    'disable-audit-log': 'peer',
    'clear-audit-log': 'peer',
    'read-audit-policy': 'read',
    'set-audit-policy': 'act',
    'sync-time': 'act',
    'read-alarms': 'read',
    'set-alarm': 'act',
    'clear-alarm': 'act',
    'read-accounts': 'read',
    'apply-accounts': 'act',
    'prune-accounts': 'peer',
    'read-settings': 'read',
    'diff-settings': 'read',
    'apply-settings': 'act',
    provision: 'peer',
    update: 'confirm',
    'renew-certificates': 'confirm',
    'rotate-passwords': 'confirm',
    unprovision: 'two-peers',
    'unprovision-fully': 'two-peers',
  },
  rules: [],
  windows: [],
  freezes: [],
  holds: [],
  limits: { devicesPerRequest: 100, requestsPerHour: 60 },
  breakGlassPerHour: 3,
  reasonFrom: null,
  approvalExpiryMs: 30 * 60_000,
  confirmExpiryMs: 10 * 60_000,
};

/** What a plan over one PC of madrid looks like from afar. */
export function planSummary(more: Partial<PlanSummary> = {}): PlanSummary {
  return {
    bySite: [{ name: 'madrid', devices: 1 }],
    byPower: [{ name: 'unknown', devices: 1 }],
    leftOut: [],
    waves: [1],
    hasCanary: false,
    estimateMs: 10_000,
    rules: ['operation power-off needs a second person'],
    ...more,
  };
}

/** A request that waits for one approval. */
export function waitingRequest(more: Partial<StoredRequest> = {}): StoredRequest {
  return {
    id: 'req_1',
    version: 1,
    state: 'waiting',
    operation: 'power-off',
    parameters: {},
    commandText: 'poweroff host42',
    targetWords: ['host42'],
    reason: null,
    requester: 'operator',
    conversation: itOps,
    planHash: 'hash',
    policyVersion: 'v1',
    deviceCount: 1,
    sampleNames: ['host42'],
    excludedCount: 0,
    risk: 'peer',
    planSummary: planSummary(),
    approvalsNeeded: 1,
    approvers: ['approver'],
    votes: [],
    createdAt: new Date('2026-11-24T09:00:00Z'),
    expiresAt: new Date('2026-11-24T09:30:00Z'),
    decidedAt: null,
    endNote: null,
    runId: null,
    actions: {
      approve: 'act_a',
      deny: 'act_d',
      withdraw: 'act_w',
      confirm: 'act_c',
      retry: 'act_r',
      pause: 'act_p',
      resume: 'act_s',
      stop: 'act_x',
    },
    retryOf: null,
    glass: null,
    ...more,
  };
}

/** A device as the inventory has it. */
export const device: Device = {
  id: 'dev_host42',
  name: 'host42',
  fqdn: 'host42.madrid.example',
  host: '127.22.0.42',
  port: null,
  mac: null,
  site: 'madrid',
  groups: [],
  tls: 'ca',
  certificateFingerprint: null,
  credential: 'lab',
  powerState: null,
  amtVersion: null,
  seenAt: null,
};

/** A whole run is one wave, nothing is tried first, and no failure ends it. */
export const oneWave: WaveSettings = {
  smallRunDevices: 1_000,
  canaryDevices: 0,
  waves: 1,
  waveDevices: 1_000,
  perMinute: null,
  failureLimit: null,
};

/** No digests are configured. */
export const noDigests: Digests = {
  all: [],
  look: async () => {},
  tellNow: async () => {},
  next: () => [],
};

/** Draws nothing: for services that post no digests. */
export const noPictures: ChartPainter = {
  wakeUps: async () => {
    throw new Error('nothing is drawn here');
  },
};

/** Nothing may be scanned. */
export const noScans: Scans = {
  begin: async () => ({ ok: false, code: 'range_not_configured', details: [] }),
  stop: async () => ({ ok: false, code: 'no_such_scan', details: [] }),
  addNew: async () => ({ ok: false, code: 'no_such_scan', details: [] }),
  start: async () => {},
};

/** No site has a checklist. */
export const noChecklist: ChecklistDesk = {
  sites: async () => [],
  of: async (site) =>
    makeChecklist({ site, now: new Date(0), since: new Date(0), findings: [], changes: [], verifiedAt: null }),
  view: async () => ({ tone: 'neutral', title: 'no checklist' }),
  stepView: async () => ({ tone: 'neutral', title: 'no checklist' }),
  verify: async () => ({ ok: false, code: 'no_such_site', details: [] }),
  attest: async () => ({ ok: false, code: 'no_such_site', details: [] }),
  withdraw: async () => ({ ok: false, code: 'no_such_site', details: [] }),
  start: async () => {},
  stop: async () => {},
};

/** Checklists are verified by nobody. */
export const noVerification: ServiceParts['checklist'] = {
  settings: { schedule: null, owners: [] },
  configuredSites: [],
  where: 'test',
  contextOf: async () => {
    throw new Error('nothing is verified here');
  },
};
