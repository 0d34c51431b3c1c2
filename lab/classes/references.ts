import { resourceUri } from '../protocol/namespaces.ts';
import { childOf, type XmlElement } from '../protocol/xml.ts';
import type { Arguments, Reference } from './class-definition.ts';

/** The PC that AMT manages. */
export const managedSystem: Reference = {
  className: 'CIM_ComputerSystem',
  selectors: { CreationClassName: 'CIM_ComputerSystem', Name: 'ManagedSystem' },
};

/** Selectors of an AMT service, which its class name and its own name make up. `[capture]` */
export const serviceSelectors = (className: string, name: string): Readonly<Record<string, string>> => ({
  CreationClassName: className,
  Name: name,
  SystemCreationClassName: 'CIM_ComputerSystem',
  SystemName: 'Intel(r) AMT',
});

/** Keys of a service. `[class model]` */
export const serviceKeys = ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'] as const;

/** What a reference in a request means. */
interface GivenReference {
  readonly resource: string;
  readonly selectors: ReadonlyMap<string, string>;
}

/** Name of the resource and the selectors of a reference in a request; undefined when it lacks one of its parts. */
export function readReference(element: XmlElement | undefined): GivenReference | undefined {
  const parameters = childOf(element, 'ReferenceParameters');
  const resource = childOf(parameters, 'ResourceURI')?.text;
  if (!childOf(element, 'Address') || resource === undefined) return undefined;
  return { resource, selectors: readSelectors(childOf(parameters, 'SelectorSet')) };
}

/** InstanceID in a reference to an instance of that class; undefined when it refers to another. */
export function instanceIdOf(given: Arguments, argument: string, className: string): string | undefined {
  const reference = readReference(given.get(argument)?.[0]);
  return reference?.resource === resourceUri(className) ? reference.selectors.get('InstanceID') : undefined;
}

/** Selectors by name; one that is itself a reference is told as referenceText does. */
export function readSelectors(set: XmlElement | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const selector of set?.children ?? []) {
    if (selector.name !== 'Selector') continue;
    const inner = childOf(selector, 'EndpointReference');
    const reference = inner ? readReference(inner) : undefined;
    const text = reference ? canonical(reference.resource, [...reference.selectors]) : selector.text;
    found.set(selector.attributes.get('Name') ?? '', text);
  }
  return found;
}

/** A reference as one text, to compare it with a selector that is a reference. */
export function referenceText(reference: Reference): string {
  const selectors = Object.entries(reference.selectors).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : referenceText(value),
  ]);
  return canonical(resourceUri(reference.className), selectors);
}

const canonical = (resource: string, selectors: readonly (readonly [string, string])[]): string =>
  `${resource}?${[...selectors]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}`;
