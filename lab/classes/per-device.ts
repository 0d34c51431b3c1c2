import type { Device } from '../device.ts';

/** State of one class family, made when somebody first looks: ten thousand devices cost nothing until spoken to. */
export interface PerDevice<State> {
  (device: Device): State;
  /** Back to what `create` makes. */
  forget(device: Device): void;
}

/** Keeps state beside a device for as long as the device lives. */
export function perDevice<State extends object>(create: (device: Device) => State): PerDevice<State> {
  const states = new WeakMap<Device, State>();
  const of = (device: Device): State => {
    const known = states.get(device);
    if (known) return known;
    const made = create(device);
    states.set(device, made);
    return made;
  };
  return Object.assign(of, { forget: (device: Device) => void states.delete(device) });
}
