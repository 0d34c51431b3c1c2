/** Every fault a device can be given, with what it does. The argument is what may follow the name after a colon. */
export const faultCatalogue = {
  dark: { does: 'accepts power on, stays off', argument: undefined },
  'busy-once': { does: 'first RequestPowerStateChange is answered busy', argument: 'return value, default 4099' },
  'asleep-me': {
    does: 'ME asleep: connections are not answered until it has woken, then dropped; later ones work',
    argument: 'milliseconds to wake, default 2000',
  },
  unreachable: { does: 'no answer ever', argument: undefined },
  unplugged: { does: 'the cable is out: not even a connection is answered', argument: undefined },
  'amt-off': {
    does: 'AMT never answers; a magic packet turns the PC on, whose operating system then answers on its TCP port',
    argument: undefined,
  },
  'wrong-password': { does: 'the device has another password than the inventory says', argument: undefined },
  'expired-certificate': { does: 'TLS certificate ended yesterday', argument: undefined },
  'zero-date-certificate': {
    does: 'TLS certificate is self-signed, and both its dates are zeros (3.2.1 after an update from 3.x)',
    argument: undefined,
  },
  'other-name-certificate': {
    does: 'TLS certificate names another PC: it was renamed or moved since it was set up',
    argument: 'name, default formerly-HOST.SITE.example',
  },
  'foreign-certificate': {
    does: 'TLS certificate is of the authority of another tool, which set the PC up',
    argument: undefined,
  },
  'client-mode': { does: 'set up in client control mode', argument: undefined },
  'changed-certificate': { does: 'TLS certificate is another than the pinned one', argument: undefined },
  'plain-closed': { does: 'plain port refuses connections (AMT 16.1 and later)', argument: undefined },
  'tls10-only': { does: 'TLS 1.0 only, with a self-signed SHA-1 certificate', argument: undefined },
  slow: { does: 'each reply takes its time', argument: 'milliseconds, default 2000' },
  'drop-mid-reply': {
    does: 'the connection breaks in the middle of a reply, after the request took effect',
    argument:
      'once (default), always, power: only the reply to RequestPowerStateChange, once, or one such as AMT_SetupAndConfigurationService.Unprovision: only the reply to this, once',
  },
  'empty-400': {
    does: 'HTTP 400 without a body, the request is not carried out',
    argument: 'once (default), always, or power: only RequestPowerStateChange, once',
  },
  'modern-standby': {
    does: 'power on is accepted, the PC stays in saving state until RequestOSPowerSavingStateChange',
    argument: 'idle: the PC starts in standby instead of off',
  },
  'nonce-reset': { does: 'a nonce is forgotten after some requests', argument: 'requests per nonce, default 2' },
  'audit-log-full': {
    does: 'the audit log is full and its storage policy is no roll-over',
    argument: 'records in it, default 200',
  },
  'audit-log-almost-full': {
    does: 'the audit log is at 90 % of a log without roll-over: only critical events are still written',
    argument: 'records in it, default 200',
  },
  'audit-locked': {
    does: 'another auditor holds the lock of the audit log',
    argument: 'seconds, default until healed',
  },
  'clock-drift': { does: "the device's clock is ahead, or behind with a minus", argument: 'seconds, default 90' },
  'flash-limit': {
    does: 'settings are no longer written: PT_STATUS 38, flash write limit exceeded',
    argument: 'writes still done, default 0',
  },
  'store-full': { does: 'no room for another certificate', argument: 'certificates that fit, default those it has' },
  'wired-down': { does: 'the wired link is down, AMT is reached over wireless', argument: undefined },
  'setup-window-over': {
    does: 'a PC from the factory whose time to be set up is over: it says no hello and its ports are closed',
    argument: undefined,
  },
  'low-power-package': {
    does: 'the power package keeps the ME on in S0 only: no answer while the PC is off or asleep',
    argument: undefined,
  },
  'no-sx-link-policy': {
    does: 'the link policy is S0 only: no answer while the PC is off or asleep',
    argument: undefined,
  },
  'acl-locked': { does: 'every account is locked: logins are answered 401', argument: 'seconds, default until healed' },
  'contexts-held': {
    does: 'other consoles hold the enumeration contexts: Enumerate is refused',
    argument: 'contexts still free, default 0',
  },
  'not-provisioned': {
    does: 'provisioning state is pre: settings can be read, nothing can be done',
    argument: undefined,
  },
} as const satisfies Record<string, { readonly does: string; readonly argument: string | undefined }>;

/** Name of a fault. */
export type FaultName = keyof typeof faultCatalogue;

/** One fault in force on a device. */
export interface Fault {
  readonly argument: string | undefined;
  /** How many times it has struck. */
  struck: number;
  /** When it first mattered, in milliseconds since 1970; for faults that pass. */
  sinceMs?: number;
}

/** The faults of one device. */
export type Faults = Map<FaultName, Fault>;

const isFaultName = (name: string): name is FaultName => Object.hasOwn(faultCatalogue, name);

/**
 * Reads the faults of one device, e.g. `dark+slow:500`.
 *
 * @throws RangeError with the known names when a fault is unknown
 */
export function parseFaults(text: string): Faults {
  const faults: Faults = new Map();
  for (const one of text.split('+').filter((part) => part !== '')) {
    const [name = '', argument] = one.split(':');
    if (!isFaultName(name)) throw new RangeError(`No fault ${name}. Known: ${Object.keys(faultCatalogue).join(', ')}`);
    faults.set(name, { argument, struck: 0 });
  }
  return faults;
}

/**
 * Reads a plan for the fleet, e.g. `host17=dark,host23=wrong-password+slow:500`; `realistic` is the documented
 * sprinkle.
 *
 * @param deviceCount how many devices there are; bounds the sprinkle
 * @returns the faults' text by device name
 */
export function parseFaultPlan(plan: string, deviceCount: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of plan.split(',').filter((part) => part !== '')) {
    if (entry === 'realistic') {
      for (const [name, faults] of realisticPlan(deviceCount)) found.set(name, faults);
      continue;
    }
    const [name = '', faults = ''] = entry.split('=');
    parseFaults(faults);
    found.set(name, faults);
  }
  return found;
}

/**
 * Of each hundred devices sixteen are odd: six stay failed whatever a client does, ten are mastered by a careful
 * one. The proportions are a `[guess]` after the complaints in the issue trackers of MeshCentral and the Device
 * Management Toolkit.
 */
const sprinkle: readonly (readonly [place: number, faults: string])[] = [
  [17, 'dark'],
  [23, 'wrong-password'],
  [38, 'unreachable'],
  [55, 'expired-certificate'],
  [71, 'changed-certificate'],
  [86, 'not-provisioned'],
  [5, 'asleep-me'],
  [9, 'modern-standby'],
  [12, 'busy-once'],
  [29, 'drop-mid-reply:power'],
  [34, 'tls10-only'],
  [47, 'empty-400'],
  [63, 'nonce-reset'],
  [77, 'slow:1500'],
  [82, 'asleep-me:1000'],
  [94, 'modern-standby:idle'],
];

function realisticPlan(deviceCount: number): [string, string][] {
  const plan: [string, string][] = [];
  for (let base = 0; base < deviceCount; base += 100) {
    for (const [place, faults] of sprinkle) if (base + place <= deviceCount) plan.push([`host${base + place}`, faults]);
  }
  return plan;
}

/** The number behind the colon, or the default. */
export function numberOf(fault: Fault, fallback: number): number {
  const value = Number(fault.argument);
  return fault.argument !== undefined && Number.isFinite(value) ? value : fallback;
}

const powerChange = 'CIM_PowerManagementService.RequestPowerStateChange';

/**
 * Whether a fault with the argument once, always, power or the name of an operation strikes now; counts it when it does.
 *
 * @param operation what is asked for, class and method
 */
export function strikes(faults: Faults, name: FaultName, operation: string): boolean {
  const fault = faults.get(name);
  if (!fault) return false;
  if (fault.argument !== 'always' && fault.struck > 0) return false;
  const only = fault.argument === 'power' ? powerChange : fault.argument;
  if (only?.includes('.') && only !== operation) return false;
  fault.struck += 1;
  return true;
}
