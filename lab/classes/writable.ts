import type { Device } from '../device.ts';
import type { XmlElement } from '../protocol/xml.ts';
import type { ClassContext, ClassDefinition, Instance, Value } from './class-definition.ts';

/** A settings class that keeps what is put. */
export interface WritableClass {
  readonly name: string;
  readonly keys: readonly string[];
  readonly hasDatetime: boolean;
  readonly beforeProvisioning?: boolean;
  /** The instances of a device that nobody has written to. */
  initial(context: ClassContext): readonly Instance[];
  /** May be in a Put but do not change. */
  readonly readOnly: readonly string[];
  /** A Put with one of them violates the schema. */
  readonly refused: readonly string[];
  /** Properties of the class that the instance does not show by default, but that may be put. */
  readonly optional?: readonly string[];
  /** All properties in the order of the class definition, separated by blanks. `[class model]` */
  readonly modelOrder: string;
}

/**
 * A class of settings. A Put is checked by name, order and type, as firmware checks it by schema. Both orders in use
 * are taken: that of the replies, and that of the class definition, which intel/lms sends. That any other order is
 * refused is a `[guess]`.
 */
export function createWritable(definition: WritableClass): ClassDefinition {
  const written = new WeakMap<Device, Instance[]>();
  const instancesOf = (context: ClassContext) => written.get(context.device) ?? definition.initial(context);
  return {
    name: definition.name,
    keys: definition.keys,
    hasDatetime: definition.hasDatetime,
    ...(definition.beforeProvisioning ? { beforeProvisioning: true } : {}),
    read: instancesOf,
    put(context, instance, given) {
      const before = new Map(instance.properties);
      const known = [...before.keys(), ...(definition.optional ?? [])];
      const names = [...given.keys()];
      if (!isInOrder(names, [...known].sort(byCode)) && !isInOrder(names, definition.modelOrder.split(' '))) {
        return 'schema-violation';
      }
      const after = new Map<string, Value>();
      for (const [name, elements] of given) {
        if (!known.includes(name) || definition.refused.includes(name)) return 'schema-violation';
        const value = parse(elements, before.get(name));
        if (value === undefined) return 'schema-violation';
        if (!definition.readOnly.includes(name)) after.set(name, value);
      }
      const properties = [...new Set([...before.keys(), ...after.keys()])]
        .sort(byCode)
        .map((name): readonly [string, Value] => [name, after.get(name) ?? before.get(name) ?? '']);
      const instances = instancesOf(context).map((one) =>
        sameKeys(one, instance, definition.keys) ? { properties } : one,
      );
      written.set(context.device, instances);
      return 'done';
    },
  };
}

/** Replies have their properties by code point, capitals first. `[capture]` */
const byCode = (a: string, b: string): number => (a < b ? -1 : 1);

function isInOrder(names: readonly string[], order: readonly string[]): boolean {
  const places = names.map((name) => order.indexOf(name));
  return places.every((place, n) => place >= 0 && place > (places[n - 1] ?? -1));
}

function sameKeys(one: Instance, other: Instance, keys: readonly string[]): boolean {
  const values = new Map(other.properties);
  return one.properties.every(([name, value]) => !keys.includes(name) || values.get(name) === value);
}

/** The value in the type the property had; text where it had none. */
function parse(elements: readonly XmlElement[], before: Value | undefined): Value | undefined {
  if (Array.isArray(before)) {
    const numbers = elements.map((element) => Number(element.text));
    return numbers.every(Number.isInteger) ? numbers : undefined;
  }
  const [element] = elements;
  if (!element || elements.length > 1 || element.children.length > 0) return undefined;
  if (typeof before === 'boolean') return /^(true|false)$/.test(element.text) ? element.text === 'true' : undefined;
  if (typeof before === 'number') return /^\d+$/.test(element.text) ? Number(element.text) : undefined;
  return element.text;
}
