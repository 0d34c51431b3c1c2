import type { Persona } from '../../personas.ts';

/** How firmware treats one kind of audit event. */
interface AuditEventKind {
  /** Application id times 100 plus event id, e.g. 1605. */
  readonly id: number;
  /** Written whatever the policy says. */
  readonly isAlwaysLogged: boolean;
  /** Can't be made critical. */
  readonly isNeverCritical: boolean;
  /** Critical whatever the policy says, and kept when the log is cleared. */
  readonly isSuperCritical: boolean;
  /** In the policy of a device that nobody configured. */
  readonly isDefault: boolean;
}

/**
 * Application ids with their event ids by the AMT generation that brought them. Which events exist: guide, tables of
 * audit events, and intel/lms. The generation of applications 16 to 30: guide where it says so, else `[guess]`; of 31
 * to 33: `[guess]`.
 */
const catalogue: readonly (readonly [app: number, since: number, first: number, last: number])[] = [
  [16, 4, 0, 14],
  [16, 5, 15, 17],
  [16, 7, 18, 18],
  [16, 8, 19, 19],
  [17, 4, 0, 3],
  [17, 6, 4, 4],
  [17, 9, 5, 6],
  [17, 10, 7, 9],
  [18, 4, 0, 7],
  [18, 6, 8, 11],
  [18, 11, 12, 12],
  [19, 4, 0, 1],
  [20, 4, 0, 4],
  [20, 5.1, 5, 5],
  [21, 4, 0, 0],
  [21, 5.1, 1, 2],
  [22, 4, 0, 4],
  [22, 6, 5, 5],
  [23, 4, 0, 3],
  [24, 4, 0, 3],
  [25, 4, 0, 6],
  [26, 4, 0, 2],
  [27, 4, 0, 2],
  [27, 6, 3, 4],
  [27, 15, 5, 5],
  [28, 5, 0, 4],
  [29, 6, 0, 4],
  [30, 6.2, 0, 2],
  [31, 11, 0, 0],
  [32, 11, 0, 1],
  [33, 15, 1, 2],
];

/** Not in the default policy: flash counters reset, power package modified. `[guide]` */
const notDefault = [1615, 1616];

/** Log cleared, log recovered. `[guide]` */
const alwaysAndNeverCritical = [2000, 2005];

/** Log disabled, enabled, exported. `[guide]` */
const neverCritical = [2002, 2003, 2004];

/**
 * From AMT 12 on: provisioning started and completed, unprovisioning started, a redirection session opened, boot
 * options set. Before that, the first two are always logged and never critical. `[guide]`
 */
const superCriticalSince12 = [1600, 1601, 1619, 1704, 1800, 1804, 1808];

const byGeneration = new Map<number, ReadonlyMap<number, AuditEventKind>>();

/** The kinds of events that this firmware knows, by id. Empty before AMT 4, which has no audit log. */
export function auditEventsOf({ generation }: Persona): ReadonlyMap<number, AuditEventKind> {
  let kinds = byGeneration.get(generation);
  if (!kinds) {
    kinds = new Map(idsOf(generation).map((id) => [id, kindOf(id, generation)]));
    byGeneration.set(generation, kinds);
  }
  return kinds;
}

const idsOf = (generation: number): number[] =>
  catalogue
    .filter(([, since]) => generation >= since)
    .flatMap(([app, , first, last]) => Array.from({ length: last - first + 1 }, (_, n) => app * 100 + first + n));

function kindOf(id: number, generation: number): AuditEventKind {
  const isSuperCritical = generation >= 12 && superCriticalSince12.includes(id);
  const isProvisioning = id === 1600 || id === 1601;
  return {
    id,
    isAlwaysLogged: alwaysAndNeverCritical.includes(id) || isProvisioning || isSuperCritical,
    isNeverCritical:
      alwaysAndNeverCritical.includes(id) || neverCritical.includes(id) || (isProvisioning && !isSuperCritical),
    isSuperCritical,
    isDefault: generation >= 8 && !notDefault.includes(id),
  };
}
