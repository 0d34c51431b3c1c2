import { listed } from '../../messages/format.ts';
import { auditPolicyReport, type GroupState } from '../../messages/reports/logs/audit-policy.ts';
import type { AuditPolicyEntry } from '../../ports/amt/audit-log.ts';
import type { AmtSession } from '../../ports/amt.ts';
import { endOf, localError } from '../finding.ts';
import type { Operation } from '../operation.ts';
import { type AuditGroup, auditGroupOf, auditGroups, entriesOf, groupOf } from './groups.ts';

/** How much of the group a device logs whose policy has these entries. Pure. */
export function stateOfGroup(
  group: AuditGroup,
  policy: readonly AuditPolicyEntry[],
  amtVersion: string | null,
): GroupState {
  const own = policy.filter(({ appId }) => groupOf(appId) === group);
  const all = entriesOf(group, amtVersion);
  const isWhole = all.every(({ eventId }) => own.some((each) => each.eventId === eventId));
  const state = all.length === 0 ? 'unknown' : own.length === 0 ? 'none' : isWhole ? 'all' : 'some';
  return { group, events: own.length, critical: own.filter(({ critical }) => critical).length, state, problem: null };
}

/** True when all events of the group are logged, and critical where they should and can be; never for a group that firmware lacks. */
function isLogged(
  group: AuditGroup,
  policy: readonly AuditPolicyEntry[],
  amtVersion: string | null,
  critical: boolean,
): boolean {
  const wanted = entriesOf(group, amtVersion, critical);
  const isSo = (want: AuditPolicyEntry) =>
    policy.some((has) => has.appId === want.appId && has.eventId === want.eventId && (has.critical || !want.critical));
  return wanted.length > 0 && wanted.every(isSo);
}

/** Switches the group's events on. Null, or why the firmware did not take it. */
export async function logGroup(session: AmtSession, group: AuditGroup, critical: boolean): Promise<string | null> {
  const entries = entriesOf(group, session.amtVersion, critical);
  if (entries.length === 0) return 'not in this firmware';
  try {
    await session.auditLog.setPolicy(entries, true);
    return null;
  } catch (error) {
    return localError(error).code;
  }
}

/** Shows which groups of events are logged. */
export const readAuditPolicy: Operation = {
  name: 'read-audit-policy',
  exclusive: false,
  async perform({ session, device }) {
    const policy = await session.auditLog.readPolicy();
    const states = auditGroups.map((group) => stateOfGroup(group, policy, session.amtVersion));
    return endOf(session, 'ok', 'done', auditPolicyReport(device.name, states));
  },
};

/** Has groups of events logged, or says what happens when the log is full. What is so already is left alone: safe to repeat. */
export const setAuditPolicy: Operation = {
  name: 'set-audit-policy',
  exclusive: true,
  async perform({ session, device, parameters, interrupted }) {
    const critical = parameters.critical === 'yes';
    const wanted = (parameters.groups ?? '').split(',').flatMap((word) => auditGroupOf(word) ?? []);
    const groups = await logGroups(session, wanted, critical);
    const storage = storagePolicies.find((each) => each === parameters.storage);
    const stored = storage && (await storeAs(session, storage));
    const bad = [
      ...groups.states.filter(({ problem, isSo }) => problem !== null || !isSo).map(({ group }) => group),
      ...(stored && !stored.isSo ? ['storage'] : []),
    ];
    const isChanged = groups.isChanged || (stored?.isChanged ?? false);
    const done = [...wanted.map((group) => `${group} logged`), ...(storage ? [`storage ${storage}`] : [])];
    const report = auditPolicyReport(
      device.name,
      groups.states,
      bad.length > 0 ? `not as wanted: ${listed(bad)}` : listed(done),
    );
    const code = bad.length > 0 ? 'not_as_written' : isChanged || interrupted ? 'done' : 'already_so';
    return endOf(session, bad.length > 0 ? 'failed' : 'ok', code, report);
  },
};

/** What can be asked for when the log is full: it stops, or the oldest records go. */
export const storagePolicies = ['no-roll-over', 'roll-over'] as const;

async function logGroups(session: AmtSession, wanted: readonly AuditGroup[], critical: boolean) {
  if (wanted.length === 0) return { states: [], isChanged: false };
  const stateIn = (policy: readonly AuditPolicyEntry[]) => (group: AuditGroup) =>
    stateOfGroup(group, policy, session.amtVersion);
  const before = await session.auditLog.readPolicy();
  const isSoIn = (policy: readonly AuditPolicyEntry[], group: AuditGroup) =>
    isLogged(group, policy, session.amtVersion, critical);
  const missing = wanted.filter((group) => !isSoIn(before, group));
  const problems = new Map<AuditGroup, string>();
  for (const group of missing) {
    const problem = await logGroup(session, group, critical);
    if (problem !== null) problems.set(group, problem);
  }
  const after = missing.length > 0 ? await session.auditLog.readPolicy() : before;
  const states = wanted.map((group) => ({
    ...stateIn(after)(group),
    problem: problems.get(group) ?? null,
    isSo: isSoIn(after, group),
  }));
  return { states, isChanged: missing.length > 0 };
}

async function storeAs({ auditLog }: AmtSession, wanted: (typeof storagePolicies)[number]) {
  if ((await auditLog.status()).storagePolicy === wanted) return { isSo: true, isChanged: false };
  await auditLog.setStoragePolicy(wanted);
  return { isSo: (await auditLog.status()).storagePolicy === wanted, isChanged: true };
}
