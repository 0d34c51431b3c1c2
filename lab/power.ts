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

/** The PC behind one AMT device. States are the numbers of CIM_AssociatedPowerManagementService.PowerState. */
export interface Power {
  state: number;
  /** What is still to come, earliest first. Applied when somebody looks: a fleet needs no timers. */
  steps: { readonly atMs: number; readonly state: number; readonly saving: boolean }[];
  /** In Modern Standby: on by its power state, but in the OS power saving state. */
  saving: boolean;
  /** Times the PC started its boot, by power on, cycle or reset. */
  boots: number;
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
    reads: 0,
    requests: [],
  };
}

/** Brings the PC up to `nowMs`; call before any look at its state. */
export function settle(power: Power, nowMs: number): void {
  while (power.steps[0] && power.steps[0].atMs <= nowMs) {
    const { state, saving } = power.steps[0];
    power.steps.shift();
    if (state === on && power.state === off) power.boots += 1;
    power.state = state;
    power.saving = saving;
  }
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
  },
): number {
  settle(power, options.nowMs);
  const stateBefore = power.state;
  const returnValue = decide(power, requested, options.faults, options.refusesSleep);
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
      if (power.state === on) power.boots += 1;
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

function jitter([least, greatest]: PowerTiming['onMs'], seed: string): number {
  return least + ((greatest - least) * (createHash('md5').update(seed).digest().readUInt16BE(0) % 1000)) / 1000;
}
