import type { ReconcileLog } from '../audit/device-log/reconcile.ts';
import type { NewId } from '../ports/clock.ts';
import type { StandingStore } from '../ports/digests/standing-store.ts';
import type { AmtStatusStore } from '../ports/discovery/amt-status-store.ts';
import type { PresenceSweep } from '../ports/discovery/presence-sweep.ts';
import type { NetworkProbes } from '../ports/network/network-probes.ts';
import type { CredentialSource } from '../ports/secrets.ts';
import type { AssetStore } from '../ports/store/asset-store.ts';
import type { DeviceLogStore } from '../ports/store/device-log-store.ts';
import type { Device } from '../ports/store/inventory-store.ts';
import type { WakeHistory } from '../ports/store/wake-history.ts';
import type { Profile } from '../profiles/profile.ts';
import type { UpkeepDeps } from '../provisioning/upkeep/upkeep-deps.ts';
import { createAlarmOperations } from './alarms.ts';
import { createClearLog } from './audit/clear-log.ts';
import { readAuditPolicy, setAuditPolicy } from './audit/policy.ts';
import { createReadLog } from './audit/read-log.ts';
import { createSwitchLog } from './audit/switch-log.ts';
import { createDiagnose } from './diagnosis/diagnose.ts';
import { createDiscover } from './discovery/discover.ts';
import type { Operation, OperationName } from './operation.ts';
import { boot } from './power/boot.ts';
import { powerOff, shutDown } from './power/power-off.ts';
import { powerOn } from './power/power-on.ts';
import { powerCycle, reset } from './power/restart.ts';
import { createPowerOn, type WakeDeps } from './power/wake.ts';
import { createProvision, type ProvisionDeps } from './provisioning/provision.ts';
import { createRenewCertificates } from './provisioning/renew-certificates.ts';
import { createRotatePasswords } from './provisioning/rotate-passwords.ts';
import { createUnprovision } from './provisioning/unprovision.ts';
import { createUpdate } from './provisioning/update.ts';
import { createReadEvents } from './read-events.ts';
import { createReadInventory } from './read-inventory.ts';
import { createReadStatus } from './read-status.ts';
import { createApplyAccounts, readAccounts } from './site/accounts.ts';
import type { BringNetworkAccess } from './site/mend-drift.ts';
import { createSettingsOperations, readSettings } from './site/settings.ts';
import { syncTime } from './sync-time.ts';
import type { DirectoryDeps } from './verification/ask-directory.ts';
import { createVerify } from './verification/verify.ts';

/** What operations need besides a session with the device. */
export interface OperationDeps extends Partial<DirectoryDeps> {
  readonly deviceLogs: DeviceLogStore;
  readonly assets: AssetStore;
  readonly standings: StandingStore;
  /** Profiles as they are now. */
  readonly profiles: () => readonly Profile[];
  readonly credentials: CredentialSource;
  /** What gives a PC the 802.1X of its profile. Default: nothing can. */
  readonly networkAccess?: (device: Device) => BringNetworkAccess;
  readonly probes: NetworkProbes;
  readonly sweep: PresenceSweep;
  readonly statuses: AmtStatusStore;
  /** What this service can do and a firmware version has not, in words. */
  readonly missingFeatures: (version: string) => readonly string[];
  readonly wakeHistory: WakeHistory;
  /** Holds an audit log against what the service did. */
  readonly reconcile: ReconcileLog;
  readonly newId: NewId;
  /** Zone of the times in reports. */
  readonly timeZone: string;
  /** Turning on without AMT, where a site wants that. Default: it is never done. */
  readonly wake?: WakeDeps;
  /** Provisioning of PCs. Default: it is refused. */
  readonly provisioning?: ProvisionDeps;
  /** Upkeep of provisioned PCs, and taking them back. Default: it is refused. */
  readonly upkeep?: UpkeepDeps;
}

/** Every operation by its name. */
export type Operations = Readonly<Record<OperationName, Operation>>;

const noNetworkAccess = (): BringNetworkAccess => async () => 'pki_not_configured';

/** Makes the operations. */
export function createOperations(deps: OperationDeps): Operations {
  const [readAlarms, setAlarm, clearAlarm] = createAlarmOperations(deps);
  const upkeep = deps.upkeep ?? null;
  const [diffSettings, applySettings] = createSettingsOperations({ networkAccess: noNetworkAccess, ...deps });
  return {
    'power-on': deps.wake ? createPowerOn(deps.wake) : powerOn,
    'power-off': powerOff,
    'shut-down': shutDown,
    'power-cycle': powerCycle,
    reset,
    boot,
    'read-status': createReadStatus(deps),
    diagnose: createDiagnose(deps),
    verify: createVerify(deps),
    discover: createDiscover(deps),
    'read-events': createReadEvents(deps),
    'read-inventory': createReadInventory(deps),
    'pull-audit-log': createReadLog('pull', deps),
    'export-audit-log': createReadLog('export', deps),
    'enable-audit-log': createSwitchLog('on', deps),
    'disable-audit-log': createSwitchLog('off', deps),
    'clear-audit-log': createClearLog(deps),
    'read-audit-policy': readAuditPolicy,
    'set-audit-policy': setAuditPolicy,
    'sync-time': syncTime,
    'read-alarms': readAlarms,
    'set-alarm': setAlarm,
    'clear-alarm': clearAlarm,
    'read-accounts': readAccounts,
    'apply-accounts': createApplyAccounts('apply-accounts', deps),
    'prune-accounts': createApplyAccounts('prune-accounts', deps),
    'read-settings': readSettings,
    'diff-settings': diffSettings,
    'apply-settings': applySettings,
    provision: createProvision(deps.provisioning ?? null),
    update: createUpdate(upkeep, deps.standings),
    'renew-certificates': createRenewCertificates(upkeep),
    'rotate-passwords': createRotatePasswords(upkeep),
    unprovision: createUnprovision('partial', upkeep),
    'unprovision-fully': createUnprovision('full', upkeep),
  };
}
