import type { ClassName } from '../wsman/names.ts';
import type { EndpointReference } from '../wsman/values.ts';

/**
 * How a property or argument is written: `number` for the integers up to 32 bits, `big` for 64 bits, `flag` for booleans,
 * `bytes` for base64, `hex` for hexBinary, `time` for a CIM datetime or interval as its text (`2026-11-23T06:00:00Z`,
 * `P1D`). An embedded instance is `instance`.
 */
export interface KindValues {
  text: string;
  number: number;
  big: bigint;
  flag: boolean;
  bytes: Uint8Array;
  hex: Uint8Array;
  time: string;
  reference: EndpointReference;
  instance: EmbeddedValues;
}

/** An instance inside another message: its class and its values. */
export interface EmbeddedValues {
  readonly of: { readonly name: ClassName; readonly fields: Kinds };
  readonly values: Readonly<Record<string, unknown>>;
}

/** One of the kinds above, or a list of it. */
export type Kind = keyof KindValues | `${keyof KindValues}[]`;

/** The value of a kind. */
export type ValueOf<K> = K extends `${infer One extends keyof KindValues}[]`
  ? readonly KindValues[One][]
  : K extends keyof KindValues
    ? KindValues[K]
    : never;

/** Properties or arguments with their kinds, in the order of the class's schema. */
export type Kinds = Readonly<Record<string, Kind>>;

/** What was read: a property that the device left out is missing. */
export type Read<K extends Kinds> = { readonly [Name in keyof K]?: ValueOf<K[Name]> };

/** What is to be written. Undefined leaves the property as it is; null leaves it out, as if it had never been set. */
export type Written<K extends Kinds> = { readonly [Name in keyof K]?: ValueOf<K[Name]> | null | undefined };
