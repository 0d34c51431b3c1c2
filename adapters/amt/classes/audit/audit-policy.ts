import type { AuditPolicyEntry } from '../../../../src/ports/amt/audit-log.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device } from '../device.ts';
import { auditPolicyClass } from './definitions.ts';

/** The one rule that AMT has. */
const theRule = { PolicyRuleName: 'Audit Policy Rule' };
const critical = 1;
const notCritical = 0;
/** Intel: a SetAuditPolicyBulk should not carry more than 6 KB; an entry takes about 130 bytes. */
const entriesPerRequest = 40;

/** Reading and changing the audit policy. */
export interface AuditPolicy {
  read(): Promise<readonly AuditPolicyEntry[]>;
  set(entries: readonly AuditPolicyEntry[], enable: boolean): Promise<void>;
}

/** The audit policy (AMT_AuditPolicyRule); the auditor sets it. */
export function createAuditPolicy(device: Device, auditor: Device): AuditPolicy {
  async function read(): Promise<readonly AuditPolicyEntry[]> {
    const { values } = await device.get(auditPolicyClass, theRule);
    const ids = values.AuditApplicationEventID ?? [];
    const types = values.PolicyType ?? [];
    if (types.length !== ids.length) {
      throw new AmtError('protocol_error', [`the audit policy has ${ids.length} events and ${types.length} types`]);
    }
    // A recorded reply (open-amt-cloud-toolkit, 1048576 for the first event of application 16): 16 bits each.
    return ids.map((id, index) => ({
      appId: Math.floor(id / 0x1_0000),
      eventId: id % 0x1_0000,
      critical: types[index] === critical,
    }));
  }

  async function setAtOnce(entries: readonly AuditPolicyEntry[], enable: boolean): Promise<void> {
    const args = {
      Enable: entries.map(() => enable),
      AuditedAppID: entries.map((entry) => entry.appId),
      EventID: entries.map((entry) => entry.eventId),
      PolicyType: entries.map((entry) => (entry.critical ? critical : notCritical)),
    };
    await auditor.call(auditPolicyClass, 'SetAuditPolicyBulk', args, { selectors: theRule });
  }

  async function setEach(entries: readonly AuditPolicyEntry[], enable: boolean): Promise<void> {
    for (const entry of entries) {
      const args = {
        Enable: enable,
        AuditedAppID: entry.appId,
        EventID: entry.eventId,
        PolicyType: enable ? (entry.critical ? critical : notCritical) : undefined,
      };
      await auditor.call(auditPolicyClass, 'SetAuditPolicy', args, { selectors: theRule });
    }
  }

  return {
    read,
    async set(entries, enable) {
      if ((await device.lacks('AMT_AuditPolicyRule', 'SetAuditPolicyBulk')) !== null) return setEach(entries, enable);
      for (let from = 0; from < entries.length; from += entriesPerRequest) {
        await setAtOnce(entries.slice(from, from + entriesPerRequest), enable);
      }
    },
  };
}
