import { AmtError } from '../../../src/ports/amt.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { type ManagedClass, neededVersion, whyMissing } from '../capabilities.ts';
import { AmtFault } from '../errors.ts';
import type { ArgumentsOf, ClassDefinition, OutputOf } from '../model/class-definition.ts';
import type { Read, Written } from '../model/kinds.ts';
import { readReference, readValues } from '../model/read-values.ts';
import { isDone, refusalOf } from '../model/return-values.ts';
import { changedFields, writeValues } from '../model/write-values.ts';
import type { Wsman } from '../wsman/client.ts';
import { readNumber } from '../wsman/fields.ts';
import type { ClassName } from '../wsman/names.ts';
import type { XmlNode } from '../wsman/read.ts';
import {
  createRequest,
  deleteRequest,
  getRequest,
  invokeRequest,
  type PreparedRequest,
  putRequest,
} from '../wsman/requests.ts';
import type { EndpointReference, Selectors } from '../wsman/values.ts';
import { identifyVersion } from './identity.ts';
import { explainRefusal } from './refusal.ts';

/** An instance as the device gave it: the values we know by type, and all of it for a Put that loses nothing. */
export interface Instance<D extends ClassDefinition> {
  readonly values: Read<D['fields']>;
  readonly node: XmlNode;
}

/** Options of a method call. */
export interface CallOptions {
  readonly selectors?: Selectors;
  /** ReturnValues that are answers and not refusals, besides 0 and 4096. */
  readonly accepts?: readonly number[];
}

/** What a method answered. */
export type Answer<Output> = Output & { readonly ReturnValue: number };

/** One device as the class families use it: typed, checked against what its firmware has, refusals in words. */
export interface Device {
  readonly clock: Clock;
  /** The firmware's version; asked for once when no reply has told it. Null when the firmware does not say. */
  version(): Promise<string | null>;
  /** Why this firmware can't; null when it can or might. */
  lacks(className: ManagedClass, operation: string): Promise<AmtError | null>;
  get<D extends ClassDefinition>(definition: D, selectors?: Selectors): Promise<Instance<D>>;
  /** All instances. */
  list<D extends ClassDefinition>(definition: D): Promise<readonly Instance<D>[]>;
  /** Puts an instance back with changes; everything else in it stays as it was read. */
  put<D extends ClassDefinition>(
    definition: D,
    instance: Instance<D>,
    changes: Written<D['fields']>,
    selectors?: Selectors,
  ): Promise<void>;
  create<D extends ClassDefinition>(
    definition: D,
    values: Written<D['fields']>,
  ): Promise<EndpointReference | undefined>;
  remove(definition: ClassDefinition, selectors: Selectors): Promise<void>;
  /** Calls a method; rejects with the refusal in words unless the ReturnValue is 0, 4096 or one that is accepted. */
  call<D extends ClassDefinition, N extends keyof D['methods'] & string>(
    definition: D,
    name: N,
    args: ArgumentsOf<D['methods'][N]>,
    options?: CallOptions,
  ): Promise<Answer<OutputOf<D['methods'][N]>>>;
  /** Runs what must still be done although the conversation was cancelled. */
  afterwards<T>(last: () => Promise<T>): Promise<T>;
  /** Waits; rejects with `cancelled` when the conversation ends meanwhile. */
  pause(ms: number): Promise<void>;
  /** Runs a whole task and explains a refused permission (see `explainRefusal`). */
  task<T>(work: () => Promise<T>): Promise<T>;
}

/** What a device's memory tells about its firmware. */
export interface VersionMemory {
  amtVersion: string | null;
}

/** Makes the device of one conversation. */
export function createDevice(wsman: Wsman, memory: VersionMemory, clock: Clock): Device {
  let identified = false;

  async function version(): Promise<string | null> {
    if (memory.amtVersion === null && !identified) {
      identified = true;
      // Any reply's Server header may tell the version; Identify is only the surest way to get one.
      const told = await identifyVersion(wsman).catch((error: unknown) => {
        if (error instanceof AmtFault) return null;
        throw error;
      });
      memory.amtVersion ??= told;
    }
    return memory.amtVersion;
  }

  async function lacks(className: ClassName, operation: string): Promise<AmtError | null> {
    // The version is not asked for what every firmware has.
    if (neededVersion(className, operation) === null) return null;
    return whyMissing(className, operation, await version());
  }

  async function checked(className: ClassName, operation: string): Promise<void> {
    const missing = await lacks(className, operation);
    if (missing !== null) throw missing;
  }

  async function ask(definition: ClassDefinition, operation: string, request: PreparedRequest): Promise<XmlNode> {
    await checked(definition.name, operation);
    return wsman.ask(request);
  }

  const instance = <D extends ClassDefinition>(definition: D, node: XmlNode): Instance<D> => ({
    values: readValues<D['fields']>(definition.fields, node),
    node,
  });

  /** The ReturnValue; without one it is unknown whether anything was done. */
  function returnValueOf(output: XmlNode, request: PreparedRequest): number {
    const value = readNumber(output, 'ReturnValue');
    if (value !== null) return value;
    throw new AmtError('protocol_error', [`the reply to ${request.label} has no ReturnValue`], {
      mayHaveActed: request.repetition === 'act',
    });
  }

  // Typed by its signature; the body knows only that every method has its own arguments and results.
  async function call<D extends ClassDefinition, N extends keyof D['methods'] & string>(
    definition: D,
    name: N,
    args: ArgumentsOf<D['methods'][N]>,
    options?: CallOptions,
  ): Promise<Answer<OutputOf<D['methods'][N]>>>;
  async function call(
    definition: ClassDefinition,
    name: string,
    args: Readonly<Record<string, unknown>>,
    { selectors, accepts = [] }: CallOptions = {},
  ): Promise<Answer<object>> {
    const method = definition.methods[name];
    if (method === undefined) throw new TypeError(`${definition.name} has no ${name}`);
    const repetition = method.reads ? 'read' : 'act';
    const options = { repetition, ...(selectors && { selectors }) } as const;
    const request = invokeRequest(definition.name, name, writeValues(method.in, args), options);
    const output = await ask(definition, name, request);
    const ReturnValue = returnValueOf(output, request);
    if (isDone(ReturnValue) || accepts.includes(ReturnValue)) return { ...readValues(method.out, output), ReturnValue };
    throw refusalOf(ReturnValue, method.returns, `${name} of ${definition.name}`);
  }

  return {
    clock,
    version,
    lacks,
    async get(definition, selectors) {
      return instance(definition, await ask(definition, 'Get', getRequest(definition.name, selectors)));
    },
    async list(definition) {
      await checked(definition.name, 'Enumerate');
      const nodes = await wsman.enumerate(definition.name);
      return nodes.map((node) => instance(definition, node));
    },
    async put(definition, { node }, changes, selectors) {
      await checked(definition.name, 'Put');
      // Some firmware answers a Put with an empty body.
      await wsman.send(putRequest(definition.name, changedFields(definition, node, changes), selectors));
    },
    async create(definition, values) {
      const request = createRequest(definition.name, writeValues(definition.fields, values));
      return readReference(await ask(definition, 'Create', request));
    },
    async remove(definition, selectors) {
      await checked(definition.name, 'Delete');
      await wsman.send(deleteRequest(definition.name, selectors));
    },
    call,
    afterwards: (last) => wsman.afterwards(last),
    pause: (ms) => wsman.pause(ms),
    task: (work) => explainRefusal(wsman, work),
  };
}
