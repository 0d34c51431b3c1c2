import type { Instance } from '../classes/class-definition.ts';
import type { Device } from '../device.ts';
import { numberOf } from '../faults.ts';

/** An enumeration that was begun and not read to its end. */
interface Enumeration {
  readonly resource: string;
  readonly items: readonly Instance[];
  position: number;
  readonly expiresAtMs: number;
}

/**
 * A device keeps few contexts and for a while only; numbers not published (toolkit MPS issue 664 reports the
 * effect). `[guess]`
 */
const contextLimit = 8;
const contextLifeMs = 60_000;

const byDevice = new WeakMap<Device, { next: number; open: Map<string, Enumeration> }>();

function contextsOf(device: Device, nowMs: number): { next: number; open: Map<string, Enumeration> } {
  let contexts = byDevice.get(device);
  if (!contexts) {
    contexts = { next: 0x14, open: new Map() };
    byDevice.set(device, contexts);
  }
  for (const [context, one] of contexts.open) if (one.expiresAtMs <= nowMs) contexts.open.delete(context);
  return contexts;
}

/**
 * Begins an enumeration.
 *
 * @returns its context: a little-endian counter in the first group, e.g. `5E1A0000-0000-0000-0000-000000000000`
 * `[capture]`;
 *   undefined when the device has no context left
 */
export function beginEnumeration(
  device: Device,
  resource: string,
  items: readonly Instance[],
  nowMs: number,
): string | undefined {
  const contexts = contextsOf(device, nowMs);
  const held = device.faults.get('contexts-held');
  if (contexts.open.size >= (held ? numberOf(held, 0) : contextLimit)) return undefined;
  const counter = Buffer.alloc(4);
  counter.writeUInt32LE(contexts.next);
  contexts.next += 1;
  const context = `${counter.toString('hex').toUpperCase()}-0000-0000-0000-000000000000`;
  contexts.open.set(context, { resource, items, position: 0, expiresAtMs: nowMs + contextLifeMs });
  return context;
}

/**
 * The next items.
 *
 * @returns undefined when there is no such context for that resource
 */
export function pullEnumeration(
  device: Device,
  resource: string,
  context: string,
  maxElements: number,
  nowMs: number,
): { readonly items: readonly Instance[]; readonly ended: boolean } | undefined {
  const { open } = contextsOf(device, nowMs);
  const one = open.get(context);
  if (!one || one.resource !== resource) return undefined;
  const items = one.items.slice(one.position, one.position + maxElements);
  one.position += items.length;
  const ended = one.position >= one.items.length;
  if (ended) open.delete(context);
  return { items, ended };
}

/** Gives a context back; false when there is none. */
export function releaseEnumeration(device: Device, context: string, nowMs: number): boolean {
  return contextsOf(device, nowMs).open.delete(context);
}
