import type { OperationName } from '../operations/operation.ts';
import type { StoredRequest } from '../ports/store/request-store.ts';
import { listed } from './format.ts';

/** How one operation is spoken of. */
export interface OperationWords {
  /** `power on`, after "Plan: " and "to ". */
  readonly verb: string;
  /** What a single PC is doing meanwhile: `waking`. */
  readonly doing: string;
  /** `Turning on`, before "100 PCs". */
  readonly progressive: string;
  /** What the PC is when it went well: `on`. */
  readonly done: string;
  /** What a PC did not do: `come on`. */
  readonly notDone: string;
  /** True when what each PC answered is what people want to see, not only whether it went well. */
  readonly tells?: true;
}

/** The words of each operation. */
export const operationWords: Readonly<Record<OperationName, OperationWords>> = {
  'power-on': { verb: 'power on', doing: 'waking', progressive: 'Turning on', done: 'on', notDone: 'come on' },
  'power-off': {
    verb: 'hard power-off',
    doing: 'being turned off',
    progressive: 'Turning off',
    done: 'off',
    notDone: 'turn off',
  },
  'shut-down': {
    verb: 'shutdown',
    doing: 'being shut down',
    progressive: 'Shutting down',
    done: 'off',
    notDone: 'shut down',
  },
  'power-cycle': {
    verb: 'power cycle',
    doing: 'being power-cycled',
    progressive: 'Power-cycling',
    done: 'power-cycled',
    notDone: 'power-cycle',
  },
  reset: { verb: 'reset', doing: 'being reset', progressive: 'Resetting', done: 'reset', notDone: 'reset' },
  boot: { verb: 'boot', doing: 'being booted', progressive: 'Booting', done: 'booted', notDone: 'boot' },
  'read-status': {
    verb: 'status',
    doing: 'being asked',
    progressive: 'Asking',
    done: 'answered',
    notDone: 'answer',
    tells: true,
  },
  diagnose: {
    verb: 'diagnosis',
    doing: 'being looked into',
    progressive: 'Looking into',
    done: 'looked into',
    notDone: 'let itself be looked into',
    tells: true,
  },
  verify: {
    verb: 'verification',
    doing: 'being checked',
    progressive: 'Checking',
    done: 'checked',
    notDone: 'let itself be checked',
    tells: true,
  },
  discover: {
    verb: 'discovery',
    doing: 'being looked at',
    progressive: 'Looking at',
    done: 'looked at',
    notDone: 'let itself be looked at',
    tells: true,
  },
  'read-events': { ...reading('event log'), tells: true },
  'read-inventory': { ...reading('hardware inventory'), tells: true },
  'pull-audit-log': { ...reading('audit log'), tells: true },
  'export-audit-log': {
    verb: 'export of the audit log',
    doing: 'its audit log is being exported',
    progressive: 'Exporting the audit log of',
    done: 'exported',
    notDone: 'give the audit log',
    tells: true,
  },
  'enable-audit-log': changing('switching on of the audit log', 'switch the audit log on'),
  'disable-audit-log': changing('switching off of the audit log', 'switch the audit log off'),
  'clear-audit-log': {
    verb: 'clearing of the audit log',
    doing: 'its audit log is being cleared',
    progressive: 'Clearing the audit log of',
    done: 'cleared',
    notDone: 'clear the audit log',
  },
  'read-audit-policy': { ...reading('audit policy'), tells: true },
  'set-audit-policy': { ...changing('change of the audit policy', 'take the audit policy'), tells: true },
  'sync-time': {
    verb: 'time synchronisation',
    doing: 'its clock is being set',
    progressive: 'Setting the clock of',
    done: 'right',
    notDone: 'set the clock',
    tells: true,
  },
  'read-alarms': { ...reading('alarms'), tells: true },
  'set-alarm': { ...changing('setting of an alarm', 'set the alarm'), tells: true },
  'clear-alarm': { ...changing('clearing of an alarm', 'clear the alarm'), tells: true },
  'read-accounts': { ...reading('accounts'), tells: true },
  'apply-accounts': {
    ...changing('change of accounts', 'take the accounts'),
    done: 'as their profile says',
    tells: true,
  },
  'prune-accounts': {
    ...changing('change and removal of accounts', 'take the accounts'),
    done: 'as their profile says',
    tells: true,
  },
  'read-settings': { ...reading('settings'), tells: true },
  'diff-settings': {
    verb: 'comparison with the profile',
    doing: 'being compared with its profile',
    progressive: 'Comparing',
    done: 'compared',
    notDone: 'tell the settings',
    tells: true,
  },
  'apply-settings': {
    ...changing('change of settings', 'take the settings'),
    done: 'as their profile says',
    tells: true,
  },
  provision: {
    verb: 'provisioning',
    doing: 'being provisioned',
    progressive: 'Provisioning',
    done: 'provisioned',
    notDone: 'get provisioned',
  },
  update: { ...changing('update', 'become as its profile says'), done: 'as their profile says', tells: true },
  'renew-certificates': {
    verb: 'renewal of certificates',
    doing: 'its certificates are being renewed',
    progressive: 'Renewing the certificates of',
    done: 'renewed',
    notDone: 'get new certificates',
  },
  'rotate-passwords': {
    verb: 'change of passwords',
    doing: 'its passwords are being changed',
    progressive: 'Changing the passwords of',
    done: 'changed',
    notDone: 'get new passwords',
  },
  unprovision: unprovisioning('unprovisioning'),
  'unprovision-fully': unprovisioning('unprovisioning to factory settings'),
};

/** `hard power-off of host42`, `power on of host1, host2 and 94 more`. Pure. */
export function requestWords({
  operation,
  sampleNames,
  deviceCount,
}: Pick<StoredRequest, 'operation' | 'sampleNames' | 'deviceCount'>): string {
  return `${operationWords[operation].verb} of ${listed(sampleNames, deviceCount, 2)}`;
}

function unprovisioning(verb: string): OperationWords {
  return {
    verb,
    doing: 'being unprovisioned',
    progressive: 'Unprovisioning',
    done: 'unprovisioned',
    notDone: 'get unprovisioned',
  };
}

function reading(what: string): OperationWords {
  return {
    verb: what,
    doing: `its ${what} ${what.endsWith('s') ? 'are' : 'is'} being read`,
    progressive: `Reading the ${what} of`,
    done: 'read',
    notDone: `tell the ${what}`,
  };
}

function changing(verb: string, notDone: string): OperationWords {
  return { verb, doing: 'being changed', progressive: 'Changing', done: 'as asked', notDone };
}
