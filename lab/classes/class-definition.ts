import type { Device } from '../device.ts';
import type { PowerTiming } from '../power.ts';
import type { XmlElement } from '../protocol/xml.ts';

/** A reference to an instance of a class (WS-Addressing endpoint reference). */
export interface Reference {
  readonly className: string;
  readonly selectors: Readonly<Record<string, string>>;
}

/** One property's value; a list becomes repeated elements, an empty list none. */
export type Value = string | number | boolean | Reference | readonly (string | number | boolean | Reference)[];

/** One instance: its properties in the order of the reply. */
export interface Instance {
  /** Its own class when it is a subclass of the one that was asked for. */
  readonly className?: string;
  readonly properties: readonly (readonly [name: string, value: Value])[];
}

/** What a class may ask of its surroundings. */
export interface ClassContext {
  readonly device: Device;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly timing: PowerTiming;
}

/** Type of a method argument or a written property, as far as it is checked. */
export type ArgumentType = 'number' | 'boolean' | 'string' | 'reference' | 'datetime' | 'base64';

/** One input argument. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly type: ArgumentType;
  readonly repeated?: boolean;
}

/** One method. Arguments come checked for name, order and type; all of them may be missing. */
interface MethodDefinition {
  readonly arguments: readonly ArgumentDefinition[];
  /** @returns the output properties in their order, ReturnValue among them, or just the ReturnValue */
  invoke(context: ClassContext, given: Arguments, selectors: ReadonlyMap<string, string>): number | Instance;
}

/** Input arguments by name, in document order. */
export type Arguments = ReadonlyMap<string, readonly XmlElement[]>;

/** A Put that the firmware refuses by a SOAP fault. */
type PutVerdict = 'done' | 'schema-violation';

/** One class as the simulated firmware knows it. */
export interface ClassDefinition {
  readonly name: string;
  /**
   * Properties that select an instance. A class with several instances needs them, one with a single one may do
   * without.
   */
  readonly keys: readonly string[];
  /** Replies declare the CIM common namespace, as recorded for classes with a datetime property. */
  readonly hasDatetime: boolean;
  /** False: not served by Enumerate or Get (methods only). Default true. */
  read(context: ClassContext): readonly Instance[];
  /** Takes a Put. Missing: the class can't be written. */
  put?(context: ClassContext, instance: Instance, given: Arguments): PutVerdict;
  readonly methods?: Readonly<Record<string, MethodDefinition>>;
  /** Works although the device is not provisioned. */
  readonly beforeProvisioning?: boolean;
}

/** First value of an argument as a whole number; NaN when it is missing or none. */
export function numberArgument(given: Arguments, name: string): number {
  const text = given.get(name)?.[0]?.text;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
