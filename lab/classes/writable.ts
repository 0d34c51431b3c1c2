import type { Device } from '../device.ts';
import type { XmlElement } from '../protocol/xml.ts';
import type {
  Arguments,
  ClassContext,
  ClassDefinition,
  Instance,
  Reference,
  Scalar,
  Value,
  WriteVerdict,
} from './class-definition.ts';
import { perDevice } from './per-device.ts';
import { readReference } from './references.ts';
import { type Member, membersOf } from './schema.ts';

/** Property values of one instance by name. */
export type Values = ReadonlyMap<string, Value>;

/** A settings class that keeps what is put. */
export interface WritableClass extends Omit<ClassDefinition, 'read' | 'put' | 'schema' | 'hasDatetime'> {
  readonly hasDatetime?: boolean;
  readonly schema: string;
  /** The instances of a device that nobody has written to. */
  initial(context: ClassContext): readonly Readonly<Record<string, Value>>[];
  /** Elements of secret properties that are in every reply, with what they say. */
  readonly alwaysShown?: Readonly<Record<string, Value>>;
  /** Called before every use, for settings that end by themselves. */
  refresh?(context: ClassContext): void;
  /**
   * Called with the values before and after a Put that the schema allows, before anything is kept.
   *
   * @returns a PT_STATUS to refuse it with, or undefined
   */
  writing?(context: ClassContext, after: Values, before: Values): number | undefined;
}

/** A settings class with a way to its values. */
export interface Writable extends ClassDefinition {
  /** Present values of all instances, the secret ones included. */
  values(context: ClassContext): readonly Values[];
  /** Changes values behind the schema's back, as another method of the firmware does. */
  assign(context: ClassContext, values: Readonly<Record<string, Value>>, instance?: number): void;
  /** Back to the initial values. */
  forget(device: Device): void;
}

/**
 * A class of settings. Properties that a Put does not name stay as they are; a read-only one may be echoed, as the
 * MeshCentral client puts back all it got, but not changed `[guess]`.
 */
export function createWritable(definition: WritableClass): Writable {
  const { initial, writing, refresh, alwaysShown = {}, ...rest } = definition;
  const written = perDevice<{ overrides: Map<string, Value>[] }>(() => ({ overrides: [] }));
  const members = new Map(membersOf(definition.schema).map((member) => [member.name, member]));

  const values = (context: ClassContext): Values[] => {
    refresh?.(context);
    const { overrides } = written(context.device);
    return initial(context).map((instance, n) => new Map([...Object.entries(instance), ...(overrides[n] ?? [])]));
  };
  const keep = (device: Device, n: number, changes: Iterable<readonly [string, Value]>): void => {
    const { overrides } = written(device);
    overrides[n] = new Map([...(overrides[n] ?? []), ...changes]);
  };

  function put(context: ClassContext, instance: Instance, given: Arguments): WriteVerdict {
    const all = values(context);
    const keys = new Map(instance.properties);
    const n = all.findIndex((one) => definition.keys.every((key) => one.get(key) === keys.get(key)));
    const before = all[n] ?? new Map<string, Value>();
    const changes = new Map<string, Value>();
    for (const [name, elements] of given) {
      const member = members.get(name);
      if (!member) return 'schema-violation';
      const value = read(elements, member);
      const isEcho = member.type === 'reference' || isSame(value, before.get(name));
      if (member.readOnly && !isEcho) return 'schema-violation';
      if (!member.readOnly) changes.set(name, value);
    }
    const refusal = writing?.(context, new Map([...before, ...changes]), before);
    if (refusal !== undefined) return refusal;
    keep(context.device, n, changes);
    return 'done';
  }

  return {
    ...rest,
    hasDatetime: definition.hasDatetime ?? false,
    values,
    assign: ({ device }, changes, n = 0) => keep(device, n, Object.entries(changes)),
    forget: (device) => written.forget(device),
    read: (context) => values(context).map((one) => shown(one, members, alwaysShown)),
    // A class of which nothing can be written knows no Put.
    ...([...members.values()].every(({ readOnly }) => readOnly) ? {} : { put }),
  };
}

/** Replies have their properties by code point, capitals first. `[capture]` */
function shown(
  values: Values,
  members: ReadonlyMap<string, Member>,
  alwaysShown: Readonly<Record<string, Value>>,
): Instance {
  const open = [...values].filter(([name]) => !members.get(name)?.secret);
  const properties = [...open, ...Object.entries(alwaysShown)];
  return { properties: properties.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** Elements that passed the schema as a value. */
function read(elements: readonly XmlElement[], member: Member): Value {
  const values = elements.map((element) => readOne(element, member));
  return member.repeated ? values : (values[0] ?? '');
}

function readOne(element: XmlElement, member: Member): Scalar {
  const [moment] = element.children;
  if (member.type === 'datetime' && moment) {
    return { moment: moment.name === 'Interval' ? 'Interval' : 'Datetime', text: moment.text };
  }
  if (member.type === 'boolean') return element.text === 'true' || element.text === '1';
  if (member.type.startsWith('uint')) return Number(element.text);
  if (member.type === 'reference') return asReference(element);
  return member.type === 'string' ? element.rawText : element.text;
}

/** A reference to show again as it was put. */
function asReference(element: XmlElement): Reference {
  const given = readReference(element);
  const className = given?.resource.slice(given.resource.lastIndexOf('/') + 1) ?? '';
  return { className, selectors: Object.fromEntries(given?.selectors ?? []) };
}

/** A list that the device shows none of is the same as an empty one, and so is a text. */
const isSame = (a: Value, b: Value | undefined): boolean => JSON.stringify(a) === JSON.stringify(b ?? '');
