import type { ClassName } from '../wsman/names.ts';
import type { Kinds, Read, ValueOf } from './kinds.ts';
import type { ReturnMeanings } from './return-values.ts';

/** A method as its class defines it. */
export interface MethodDefinition<
  I extends Kinds = Kinds,
  O extends Kinds = Kinds,
  Optional extends keyof I & string = keyof I & string,
> {
  /** Arguments in the order of the signature, which AMT insists on. */
  readonly in: I;
  readonly optional: readonly Optional[];
  /** What comes back besides the ReturnValue. */
  readonly out: O;
  /** True when it changes nothing and may be sent again. */
  readonly reads: boolean;
  readonly returns: ReturnMeanings;
}

/** Methods of a class by name. */
export type Methods = Readonly<Record<string, MethodDefinition>>;

/** A class of the device: its properties by kind, which of them only the device writes, and its methods. */
export interface ClassDefinition<F extends Kinds = Kinds, M extends Methods = Methods> {
  readonly name: ClassName;
  readonly fields: F;
  /** Properties that a Put must not carry. */
  readonly readOnly: readonly string[];
  readonly methods: M;
}

/** Arguments of a method. */
export type ArgumentsOf<M> =
  M extends MethodDefinition<infer I, infer _O, infer Optional>
    ? { readonly [Name in Exclude<keyof I, Optional>]: ValueOf<I[Name]> } & {
        readonly [Name in Optional & keyof I]?: ValueOf<I[Name]> | undefined;
      }
    : never;

/** What a method gives back. */
export type OutputOf<M> = M extends MethodDefinition<infer _I, infer O, infer _Optional> ? Read<O> : never;

interface MethodParts<I extends Kinds, O extends Kinds, Optional extends keyof I & string> {
  readonly returns: ReturnMeanings;
  readonly in?: I;
  readonly optional?: readonly Optional[];
  readonly out?: O;
  readonly reads?: boolean;
}

/** Defines a method; `reads` defaults to false. */
export function method<
  const I extends Kinds = Record<never, never>,
  const O extends Kinds = Record<never, never>,
  const Optional extends keyof I & string = never,
>(parts: MethodParts<I, O, Optional>): MethodDefinition<I, O, Optional>;
export function method(parts: MethodParts<Kinds, Kinds, string>): MethodDefinition<Kinds, Kinds, string> {
  const { returns, in: input = {}, optional = [], out = {}, reads = false } = parts;
  return { in: input, optional, out, reads, returns };
}

interface ClassParts<F extends Kinds, M extends Methods> {
  readonly fields: F;
  readonly readOnly?: readonly (keyof F & string)[];
  readonly methods?: M;
}

/** Defines a class. Names, types and order are those of Intel's and DMTF's class definitions. */
export function defineClass<const F extends Kinds, const M extends Methods = Record<never, never>>(
  name: ClassName,
  parts: ClassParts<F, M>,
): ClassDefinition<F, M>;
export function defineClass(name: ClassName, parts: ClassParts<Kinds, Methods>): ClassDefinition {
  const { fields, readOnly = [], methods = {} } = parts;
  return { name, fields, readOnly, methods };
}
