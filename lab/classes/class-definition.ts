import type { Device } from '../device.ts';
import type { PowerTiming } from '../power.ts';
import type { Caller } from '../protocol/caller.ts';
import type { XmlElement } from '../protocol/xml.ts';
import type { FleetKeys } from '../tls/fleet-keys.ts';

/** A reference to an instance of a class (WS-Addressing endpoint reference). */
export interface Reference {
  readonly className: string;
  readonly selectors: Readonly<Record<string, string | Reference>>;
}

/** A point in time or a span, ISO 8601, which WS-CIM wraps in an element of its own. */
export interface Moment {
  readonly moment: 'Datetime' | 'Interval';
  readonly text: string;
}

/** One property's value that is not a list. */
export type Scalar = string | number | boolean | Reference | Moment;

/** One property's value; a list becomes repeated elements, an empty list none. */
export type Value = Scalar | readonly Scalar[];

/** One instance: its properties in the order of the reply. */
export interface Instance {
  /** Its own class when it is a subclass of the one that was asked for. */
  readonly className?: string;
  readonly properties: readonly (readonly [name: string, value: Value])[];
}

/** What a class may ask of its surroundings. */
export interface ClassContext {
  readonly device: Device;
  /** True time, milliseconds since 1970; the device's own clock may differ. */
  readonly nowMs: number;
  readonly timing: PowerTiming;
  readonly keys: FleetKeys;
  /** Who asks. */
  readonly caller: Caller;
}

/** Input arguments or the content of a Put, by name, in document order; checked by the schema. */
export type Arguments = ReadonlyMap<string, readonly XmlElement[]>;

/** One method. Arguments come checked for name, order and type; those not required may be missing. */
export interface MethodDefinition {
  /** Arguments in their order, see membersOf. */
  readonly input: string;
  /** Members of embedded instances by class; their order is free, as the clients in use each have their own. */
  readonly embedded?: Readonly<Record<string, string>>;
  /** First AMT generation that has it; default: as the class. */
  readonly since?: number;
  /** Realms that may call it; default: those that may write the class. */
  readonly realms?: readonly number[];
  /** For the auditor alone. */
  readonly auditorOnly?: boolean;
  /** Spends a flash write. */
  readonly writes?: boolean;
  /** @returns the output properties in their order, ReturnValue among them, or just the ReturnValue */
  invoke(context: ClassContext, given: Arguments, selectors: ReadonlyMap<string, string>): number | Instance;
}

/** How a Put, Create or Delete ended: a number is the PT_STATUS of the internal fault that answers it. */
export type WriteVerdict = 'done' | 'schema-violation' | 'already-exists' | number;

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
  /** First AMT generation that has the class, e.g. 5.1; default: all. */
  readonly since?: number;
  /** Realms that may read and write, beside PTAdministration, which may do both. Default: no others. */
  readonly realms?: { readonly read: readonly number[]; readonly write?: readonly number[] };
  read(context: ClassContext): readonly Instance[];
  /** Properties that may be put, see membersOf. */
  readonly schema?: string;
  /** First AMT generation in which it can be put; default: as the class. */
  readonly putSince?: number;
  /** Put, Create and Delete are for the auditor alone. */
  readonly auditorWrites?: boolean;
  /** Takes a Put that passed the schema. Missing: the class can't be written. */
  put?(context: ClassContext, instance: Instance, given: Arguments): WriteVerdict;
  /** Makes an instance of what passed the schema. Missing: instances can't be created. */
  create?(context: ClassContext, given: Arguments): Reference | WriteVerdict;
  /** Deletes an instance. Missing: instances can't be deleted. */
  remove?(context: ClassContext, instance: Instance): WriteVerdict;
  readonly methods?: Readonly<Record<string, MethodDefinition>>;
  /** Works although the device is not provisioned. */
  readonly beforeProvisioning?: boolean;
}

/** First value of an argument as a whole number; NaN when it is missing or none. */
export function numberArgument(given: Arguments, name: string): number {
  const text = given.get(name)?.[0]?.text;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** First value of an argument as it was written, blanks at its ends included; undefined when it is missing. */
export const textArgument = (given: Arguments, name: string): string | undefined => given.get(name)?.[0]?.rawText;

/** First value of an argument in base64; undefined when it is missing. */
export function bytesArgument(given: Arguments, name: string): Buffer | undefined {
  const text = given.get(name)?.[0]?.text;
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

/** First value of an argument; undefined when it is missing. */
export function booleanArgument(given: Arguments, name: string): boolean | undefined {
  const text = given.get(name)?.[0]?.text;
  return text === undefined ? undefined : text === 'true' || text === '1';
}

/** All values of an argument as whole numbers. */
export const numberArguments = (given: Arguments, name: string): number[] =>
  (given.get(name) ?? []).map(({ text }) => Number(text));
