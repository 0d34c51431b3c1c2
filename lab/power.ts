import { createHash } from 'node:crypto';
import { type Faults, numberOf } from './faults.ts';

/** One RequestPowerStateChange as the device saw it. */
interface PowerRequest {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly requested: number;
  readonly stateBefore: number;
  readonly returnValue: number;
  /** How often the state was read since the request before this one. */
  readonly readsBefore: number;
}

/** How long a PC takes, in milliseconds. */
export interface PowerTiming {
  /** Least and greatest time until a power on shows. */
  readonly onMs: readonly [least: number, greatest: number];
  readonly offMs: number;
  /** Time the operating system takes for a graceful shutdown. */
  readonly gracefulMs: number;
}

/** Times chosen to be watched, not measured on hardware. `[guess]` */
export const defaultTiming: PowerTiming = { onMs: [1000, 2000], offMs: 500, gracefulMs: 1500 };

/** What the next boot is told to do. */
export interface BootOverride {
  /** InstanceID of the boot source, or undefined: the BIOS's own order. */
  source: string | undefined;
  /** Role of the boot configuration: 0 next, 1 next and single use, 2 default. */
  role: number;
  /** Flags of AMT_BootSettingData that are set, e.g. `BIOSSetup`. */
  flags: readonly string[];
}

/** One start of the PC, seen from outside. */
export interface Boot {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly cause: 'request' | 'alarm' | 'packet';
  /** InstanceID of the boot source that was forced; undefined: the BIOS's own order. */
  readonly source: string | undefined;
  /** Boot options that were in force. */
  readonly flags: readonly string[];
}

/** An alarm of the alarm clock. */
export interface Alarm {
  readonly id: string;
  readonly elementName: string;
  /** By the device's clock, milliseconds since 1970. */
  nextMs: number;
  /** Milliseconds between alarms; 0: only once. */
  readonly intervalMs: number;
  readonly deleteOnCompletion: boolean;
  /** An alarm without an interval that is over. */
  isOver: boolean;
}

/** The PC behind one AMT device. States are the numbers of CIM_AssociatedPowerManagementService.PowerState. */
export interface Power {
  state: number;
  /** What is still to come, earliest first. Applied when somebody looks: a fleet needs no timers. */
  steps: {
    readonly atMs: number;
    readonly state: number;
    readonly saving: boolean;
    /** Of a boot; default a request. */
    readonly cause?: Boot['cause'];
  }[];
  /** In Modern Standby: on by its power state, but in the OS power saving state. */
  saving: boolean;
  /** Times the PC started its boot, by power on, cycle or reset. */
  boots: number;
  /** The last boots, oldest first. */
  readonly bootLog: Boot[];
  readonly next: BootOverride;
  alarms: Alarm[];
  /** How far the device's clock is ahead of the true time, in milliseconds. */
  clockAheadMs: number;
  /** The power package keeps the ME alive while the PC is off or asleep. */
  meInSx: boolean;
  /** The link policy keeps the network link up while the PC is off or asleep. */
  linkInSx: boolean;
  /** Does not come on whatever is asked. */
  isDark: boolean;
  /** State reads since the last request. */
  reads: number;
  readonly requests: PowerRequest[];
}

const on = 2;
const sleepDeep = 4;
const hibernate = 7;
const off = 8;

/**
 * Values of RequestPowerStateChange.ReturnValue used here. Names and numbers: intel/lms CIM classes. `[class
 * model]`
 */
export const powerReturn = { completed: 0, notReady: 2, invalidParameter: 5, inUse: 6, busy: 4099 } as const;

/** A PC at rest. */
export function createPower(state: 'on' | 'off' | 'standby'): Power {
  return {
    state: state === 'off' ? off : on,
    steps: [],
    saving: state === 'standby',
    boots: 0,
    bootLog: [],
    next: { source: undefined, role: 0, flags: [] },
    alarms: [],
    clockAheadMs: 0,
    meInSx: true,
    linkInSx: true,
    isDark: false,
    reads: 0,
    requests: [],
  };
}

const keptBoots = 50;

/** Begins a boot: a single-use override is over with it, and so are the boot options. */
function boot(power: Power, atMs: number, cause: Boot['cause']): void {
  const { next } = power;
  power.boots += 1;
  power.bootLog.push({ atMs, cause, source: next.source, flags: next.flags });
  if (power.bootLog.length > keptBoots) power.bootLog.shift();
  if (next.role === 1) next.source = undefined;
  next.flags = [];
}

/** Brings the PC up to `nowMs`; call before any look at its state. */
export function settle(power: Power, nowMs: number): void {
  for (;;) {
    const [step] = power.steps;
    const alarm = nextAlarm(power);
    const alarmMs = alarm ? alarm.nextMs - power.clockAheadMs : Number.POSITIVE_INFINITY;
    if (step && step.atMs <= nowMs && step.atMs <= alarmMs) {
      power.steps.shift();
      if (step.state === on && power.state === off) boot(power, step.atMs, step.cause ?? 'request');
      power.state = step.state;
      power.saving = step.saving;
    } else if (alarm && alarmMs <= nowMs) {
      ring(power, alarm, alarmMs, nowMs);
    } else {
      return;
    }
  }
}

function nextAlarm(power: Power): Alarm | undefined {
  let earliest: Alarm | undefined;
  for (const alarm of power.alarms) {
    if (!alarm.isOver && (earliest === undefined || alarm.nextMs < earliest.nextMs)) earliest = alarm;
  }
  return earliest;
}

/**
 * An alarm is the same as a power up by remote control, needs no network but a power package that keeps the ME alive,
 * and does nothing to a PC that is on: the guide's chapter on the alarm clock. `[guide]`
 */
function ring(power: Power, alarm: Alarm, atMs: number, nowMs: number): void {
  if (power.state !== on && power.meInSx && !power.isDark) {
    if (power.state === off) boot(power, atMs, 'alarm');
    power.state = on;
    power.saving = false;
    power.steps = [];
  }
  if (alarm.intervalMs > 0) {
    // An alarm of every minute that nobody looked at for a year must not ring half a million times.
    const missed = Math.floor((nowMs - atMs) / alarm.intervalMs);
    alarm.nextMs += Math.max(1, missed) * alarm.intervalMs;
  } else {
    alarm.isOver = true;
    if (alarm.deleteOnCompletion) power.alarms = power.alarms.filter((one) => one !== alarm);
  }
}

/**
 * Whether the device can be reached over the network: its ME runs and its link is up. While the PC is on both always
 * are; while it is not, the power package and the link policy decide. `[guide]`
 */
export function isReachable(power: Power, nowMs: number): boolean {
  settle(power, nowMs);
  return power.state === on || (power.meInSx && power.linkInSx);
}

/** Order and content at state 2: recorded from a device `[capture]`; at the other states `[guess]`. */
export function availableStates(power: Power): readonly number[] {
  if (power.state === on) return [10, 8, 5, 11, sleepDeep, hibernate, 14, 12];
  return power.state === off ? [on] : [on, 10, 8, 5];
}

/**
 * CIM_PowerManagementService.RequestPowerStateChange.
 *
 * A state that is not available now is answered 2 (NOT_READY), as devices did in sdague/amt issue 28 and MeshCentral
 * pull request 2426; a second request during a transition with 6 (in use) `[guess]`.
 *
 * @param seed makes the jitter of this device; the same seed gives the same times
 * @returns the method's ReturnValue
 */
export function requestPower(
  power: Power,
  requested: number,
  options: {
    readonly nowMs: number;
    readonly timing: PowerTiming;
    readonly faults: Faults;
    readonly refusesSleep: boolean;
    readonly seed: string;
    /** Asked last, when everything else allows the change; a number refuses it and is the ReturnValue. */
    permit?(): number | undefined;
  },
): number {
  settle(power, options.nowMs);
  const stateBefore = power.state;
  const decided = decide(power, requested, options.faults, options.refusesSleep);
  const returnValue = decided === powerReturn.completed ? (options.permit?.() ?? decided) : decided;
  if (returnValue === powerReturn.completed) start(power, requested, options);
  power.requests.push({
    atMs: options.nowMs,
    requested,
    stateBefore,
    returnValue,
    readsBefore: power.reads,
  });
  power.reads = 0;
  return returnValue;
}

function decide(power: Power, requested: number, faults: Faults, refusesSleep: boolean): number {
  if (!Number.isInteger(requested) || requested < 2 || requested > 17) return powerReturn.invalidParameter;
  const busy = faults.get('busy-once');
  if (busy && busy.struck === 0) {
    busy.struck += 1;
    return numberOf(busy, powerReturn.busy);
  }
  if (power.steps.length > 0) return powerReturn.inUse;
  // A PC in Modern Standby is on for the firmware, yet accepts power on and does nothing (toolkit deployment issue
  // 273).
  if (requested === on && power.saving) return powerReturn.completed;
  if (refusesSleep && (requested === sleepDeep || requested === hibernate)) return powerReturn.notReady;
  return availableStates(power).includes(requested) ? powerReturn.completed : powerReturn.notReady;
}

function start(
  power: Power,
  requested: number,
  options: {
    readonly nowMs: number;
    readonly timing: PowerTiming;
    readonly faults: Faults;
    readonly seed: string;
  },
): void {
  const { nowMs, timing, faults } = options;
  const dark = faults.has('dark');
  const saving = faults.has('modern-standby');
  const bootMs = jitter(timing.onMs, `${options.seed}/${power.requests.length}`);
  const at = (delayMs: number, state: number) =>
    power.steps.push({ atMs: nowMs + delayMs, state, saving: state === on && saving });
  switch (requested) {
    case on:
      if (!dark && !power.saving) at(bootMs, on);
      return;
    case 5:
      at(timing.offMs, off);
      if (!dark) at(timing.offMs + bootMs, on);
      return;
    case 10:
    case 14:
      // A warm reset never leaves S0, so the power state does not show it. [guess]
      if (power.state === on) boot(power, nowMs, 'request');
      else if (!dark) at(bootMs, on);
      return;
    case sleepDeep:
    case hibernate:
      at(timing.offMs, requested);
      return;
    case 8:
      at(timing.offMs, off);
      return;
    case 12:
      at(timing.gracefulMs, off);
      return;
    default:
      return;
  }
}

/**
 * What a magic packet does to a PC that is off or asleep: it comes on after its time. Simulated: no firmware was watched
 * doing it. `[guess]`
 *
 * @returns milliseconds until it is on; undefined when the packet changes nothing
 */
export function wakeByPacket(
  power: Power,
  options: { readonly nowMs: number; readonly timing: PowerTiming; readonly seed: string },
): number | undefined {
  settle(power, options.nowMs);
  if (power.state === on || power.isDark || power.steps.length > 0) return undefined;
  const bootMs = jitter(options.timing.onMs, `${options.seed}/packet/${power.boots}`);
  power.steps.push({ atMs: options.nowMs + bootMs, state: on, saving: false, cause: 'packet' });
  return bootMs;
}

function jitter([least, greatest]: PowerTiming['onMs'], seed: string): number {
  return least + ((greatest - least) * (createHash('md5').update(seed).digest().readUInt16BE(0) % 1000)) / 1000;
}
