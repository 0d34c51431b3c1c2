import type { ClassContext, ClassDefinition } from '../class-definition.ts';
import { booleanArgument, numberArgument, numberArguments } from '../class-definition.ts';
import { realm } from '../realms.ts';
import { refusedByAudit } from './audit.ts';
import { auditEventsOf } from './audit-events.ts';
import { auditStore } from './audit-store.ts';

/** PT_STATUS of a policy that can't be; which one firmware uses is a `[guess]`. */
const invalidParameter = 36;
const critical = 1;

/** One change of the policy. */
interface Change {
  readonly isEnabled: boolean;
  readonly app: number;
  readonly event: number;
  readonly type: number;
}

/**
 * Which events are audited. Methods: intel/lms CIM classes `[class model]`. The number made of application and event,
 * 16 bits each: a reply in the tests of open-amt-cloud-toolkit/mps, which begins at 1048576 for application 16
 * `[capture]`. SetAuditPolicyBulk from AMT 7 on `[guide]`. The other properties are those of CIM_PolicyRule; which of
 * them a device shows is a `[guess]`.
 */
export const auditPolicyRule: ClassDefinition = {
  name: 'AMT_AuditPolicyRule',
  keys: ['CreationClassName', 'PolicyRuleName', 'SystemCreationClassName', 'SystemName'],
  hasDatetime: false,
  since: 4,
  realms: { read: [realm.generalInfo, realm.auditLog], write: [realm.auditLog] },
  read(context) {
    const events = [...policyOf(context)].sort(([a], [b]) => a - b);
    return [
      {
        properties: [
          ['AuditApplicationEventID', events.map(([id]) => Math.floor(id / 100) * 2 ** 16 + (id % 100))],
          ['CreationClassName', 'AMT_AuditPolicyRule'],
          ['ElementName', 'Intel(r) AMT:Audit Policy Rule'],
          ['PolicyRuleName', 'Audit Policy Rule'],
          ['PolicyType', events.map(([, isCritical]) => (isCritical ? critical : 0))],
          ['SystemCreationClassName', 'CIM_ComputerSystem'],
          ['SystemName', 'Intel(r) AMT'],
        ],
      },
    ];
  },
  methods: {
    SetAuditPolicy: {
      input: 'Enable:boolean! AuditedAppID:uint16! EventID:uint16! PolicyType:uint32',
      auditorOnly: true,
      writes: true,
      invoke(context, given) {
        const type = numberArgument(given, 'PolicyType');
        const change = {
          isEnabled: booleanArgument(given, 'Enable') ?? false,
          app: numberArgument(given, 'AuditedAppID'),
          event: numberArgument(given, 'EventID'),
          type: Number.isNaN(type) ? 0 : type,
        };
        return apply(context, [change]);
      },
    },
    SetAuditPolicyBulk: {
      input: 'Enable:boolean[]! AuditedAppID:uint16[]! EventID:uint16[]! PolicyType:uint32[]!',
      since: 7,
      auditorOnly: true,
      writes: true,
      invoke(context, given) {
        const enables = (given.get('Enable') ?? []).map(({ text }) => text === 'true' || text === '1');
        const apps = numberArguments(given, 'AuditedAppID');
        const events = numberArguments(given, 'EventID');
        const types = numberArguments(given, 'PolicyType');
        if ([apps, events, types].some(({ length }) => length !== enables.length)) return invalidParameter;
        const changes = enables.map((isEnabled, n) => ({
          isEnabled,
          app: apps[n] ?? 0,
          event: events[n] ?? 0,
          type: types[n] ?? 0,
        }));
        return apply(context, changes);
      },
    },
  },
};

/** The policy as it is read back: events that are logged anyhow are in it, and super-critical ones critical. */
function policyOf({ device }: ClassContext): ReadonlyMap<number, boolean> {
  const policy = new Map(auditStore(device).policy);
  for (const { id, isAlwaysLogged, isSuperCritical } of auditEventsOf(device.persona).values()) {
    if (isAlwaysLogged || policy.has(id)) policy.set(id, isSuperCritical || policy.get(id) === true);
  }
  return policy;
}

/** All or nothing; that the policy was touched is logged even when it fails. `[guide]` */
function apply(context: ClassContext, changes: readonly Change[]): number {
  const { device } = context;
  refusedByAudit(context, 2001);
  const events = auditEventsOf(device.persona);
  const store = auditStore(device);
  const policy = new Map(store.policy);
  for (const { isEnabled, app, event, type } of changes) {
    const kind = event < 100 ? events.get(app * 100 + event) : undefined;
    if (!kind || type > critical) return invalidParameter;
    if (kind.isAlwaysLogged && !isEnabled) return invalidParameter;
    if (kind.isNeverCritical && isEnabled && type === critical) return invalidParameter;
    if (isEnabled) policy.set(kind.id, type === critical);
    else policy.delete(kind.id);
  }
  store.policy = policy;
  return 0;
}
