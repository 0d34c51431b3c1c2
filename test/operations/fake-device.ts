import type { AmtAccount } from '../../src/ports/amt/accounts.ts';
import type { AmtAlarm } from '../../src/ports/amt/alarms.ts';
import type { AmtAssets } from '../../src/ports/amt/assets.ts';
import type { AuditLogStatus, AuditPolicyEntry, AuditRecord } from '../../src/ports/amt/audit-log.ts';
import type { EventRecord } from '../../src/ports/amt/event-log.ts';
import type { NetworkLink, ReadSettings } from '../../src/ports/amt/settings.ts';
import type { AmtSession } from '../../src/ports/amt.ts';

/** What a device knows beside its power; tests look at it and change it as they go. */
export interface FakeState {
  records: AuditRecord[];
  status: Partial<AuditLogStatus>;
  policy: AuditPolicyEntry[];
  settings: ReadSettings;
  accounts: AmtAccount[];
  alarms: AmtAlarm[];
  driftSeconds: number;
  events: EventRecord[];
  assets: AmtAssets;
}

/** A state in which nothing is odd. */
export function fakeState(over: Partial<FakeState> = {}): FakeState {
  return {
    records: [],
    status: {},
    policy: [],
    settings: {},
    accounts: [],
    alarms: [],
    driftSeconds: 0,
    events: [],
    assets: { processors: [], memory: [], disks: [], firmware: {} },
    ...over,
  };
}

/** A record that says that a PC was turned on. */
export function auditRecord(index: number, over: Partial<AuditRecord> = {}): AuditRecord {
  return {
    index,
    at: new Date(Date.UTC(2026, 10, 23, 8, index)),
    appId: 17,
    eventId: 0,
    app: 'Remote control',
    event: 'Performed power up',
    initiator: { kind: 'digest', user: 'admin' },
    address: '10.0.0.9',
    details: [],
    raw: Buffer.from(`record ${index}`).toString('base64'),
    ...over,
  };
}

/** A member of a session that does `work` after its call was noted, unless the test made it fail. */
type Does = <A extends unknown[], R>(name: string, work: (...args: A) => R) => (...args: A) => Promise<R>;

/** The members of a session that work on the state. Each call is noted in `calls`; `failing` throws instead of doing. */
export function fakeMembers(
  state: FakeState,
  calls: string[],
  failing: Readonly<Record<string, Error>>,
): Omit<
  AmtSession,
  'readPower' | 'requestPower' | 'readOsPowerSaving' | 'requestOsFullPower' | 'tlsVersion' | 'amtVersion' | 'readFacts'
> {
  const does: Does =
    (name, work) =>
    async (...args) => {
      calls.push(name);
      const error = failing[name];
      if (error) throw error;
      return work(...args);
    };
  const statusNow = (): AuditLogStatus => ({
    enabled: true,
    locked: false,
    almostFull: false,
    full: false,
    storagePolicy: 'roll-over',
    minDaysToKeep: null,
    percentageFree: 90,
    records: state.records.length,
    lastRecordAt: state.records.at(-1)?.at ?? null,
    ...state.status,
  });
  const isSame = (a: AuditPolicyEntry, b: AuditPolicyEntry) => a.appId === b.appId && a.eventId === b.eventId;
  const never = (): Promise<never> => Promise.reject(new Error('no operation needs this'));
  const certificates = { list: never, add: never, addTrustedRoot: never, remove: never };
  const keys = { keyPairs: never, generateKeyPair: never, addKeyPair: never, removeKeyPair: never, signRequest: never };
  const wifi = { profiles: never, add: never, update: never, remove: never, mode: never, setMode: never };
  const administrator = { administrator: never, setAdministrator: never, setMebxPassword: never };
  const ending = { unprovision: never, unprovisionPartly: never, extendProvisioningPeriod: never };
  return {
    provisioning: {
      setup: {
        read: never,
        uuid: does('uuid', () => state.assets.systemUuid ?? null),
        commit: never,
        ...administrator,
        ...ending,
      },
      hostSetup: { read: never, setUpClient: never, addChain: never, setUpAdmin: never, upgradeToAdmin: never },
      certificates: { ...certificates, ...keys },
      tls: { read: never, write: never, serverCertificate: never, useCertificate: never },
      kerberos: { read: never, enable: never, disable: never },
      wiredAccess: { read: never, enable: never, disable: never },
      wifi: { ...wifi, setProfileSync: never },
    },
    readAssets: does('assets', () => state.assets),
    auditLog: {
      status: does('audit status', statusNow),
      readAll: does('audit read', () => state.records),
      enable: does('audit enable', () => {
        state.status = { ...state.status, enabled: true };
      }),
      disable: does('audit disable', () => {
        state.status = { ...state.status, enabled: false };
      }),
      readPolicy: does('audit policy', () => state.policy),
      setPolicy: does('audit set policy', (entries: readonly AuditPolicyEntry[], enable: boolean) => {
        const others = state.policy.filter((each) => !entries.some((entry) => isSame(entry, each)));
        state.policy = enable ? [...others, ...entries] : others;
      }),
      setStoragePolicy: does('audit storage', (storagePolicy: 'no-roll-over' | 'roll-over') => {
        state.status = { ...state.status, storagePolicy };
      }),
      async withLock(work) {
        calls.push('lock');
        try {
          return await work();
        } finally {
          calls.push('unlock');
        }
      },
      clear: does('audit clear', () => {
        const at = new Date(Date.UTC(2026, 10, 23, 9));
        state.records = [
          auditRecord(1, { at, appId: 20, eventId: 0, event: 'Audit log cleared', raw: 'Y2xlYXJlZA==' }),
        ];
      }),
    },
    eventLog: {
      read: does('events', (limit: number) => state.events.slice(0, limit)),
      clear: does('events clear', () => {}),
    },
    boot: {
      setNext: async (target) => does(`boot ${target}`, () => {})(),
      clear: does('boot clear', () => {}),
    },
    settings: {
      read: async (only) => does(only ? `settings ${only.join()}` : 'settings', () => state.settings)(),
      links: does('links', (): readonly NetworkLink[] => [{ kind: 'wired', isUp: true, address: '127.22.0.42' }]),
      async write(changes) {
        await does(`write ${Object.keys(changes).join()}`, () => {
          state.settings = { ...state.settings, ...changes };
        })();
      },
    },
    accounts: {
      list: does('accounts', () => state.accounts),
      async add(account) {
        await does(`add ${account.who.kind === 'digest' ? account.who.user : account.who.sid}`, () => {
          const handle = Math.max(0, ...state.accounts.map((each) => each.handle)) + 1;
          state.accounts = [...state.accounts, { ...account, handle, enabled: true }];
        })();
      },
      async update(handle, account) {
        await does(`update ${handle}`, () => {
          state.accounts = state.accounts.map((each) => (each.handle === handle ? { ...each, ...account } : each));
        })();
      },
      async remove(handle) {
        await does(`remove ${handle}`, () => {
          state.accounts = state.accounts.filter((each) => each.handle !== handle);
        })();
      },
      async setEnabled(handle, enabled) {
        await does(`enable ${handle}`, () => {
          state.accounts = state.accounts.map((each) => (each.handle === handle ? { ...each, enabled } : each));
        })();
      },
    },
    alarms: {
      list: does('alarms', () => state.alarms),
      add: does('alarm add', (alarm: AmtAlarm) => {
        state.alarms = [...state.alarms, alarm];
      }),
      remove: does('alarm remove', (name: string) => {
        const left = state.alarms.filter((alarm) => alarm.name !== name);
        const isGone = left.length < state.alarms.length;
        state.alarms = left;
        return isGone;
      }),
    },
    deviceClock: {
      readDriftSeconds: does('drift', () => state.driftSeconds),
      synchronise: does('synchronise', () => {
        state.driftSeconds = 0;
      }),
    },
  };
}
