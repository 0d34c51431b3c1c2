import { childOf, type XmlElement } from '../protocol/xml.ts';
import type { Reference } from './class-definition.ts';

/** The PC that AMT manages. */
export const managedSystem: Reference = {
  className: 'CIM_ComputerSystem',
  selectors: { CreationClassName: 'CIM_ComputerSystem', Name: 'ManagedSystem' },
};

/** Name of the resource and the selectors of a reference in a request; undefined when it lacks one of its parts. */
export function readReference(
  element: XmlElement | undefined,
): { readonly resource: string; readonly selectors: ReadonlyMap<string, string> } | undefined {
  const parameters = childOf(element, 'ReferenceParameters');
  const resource = childOf(parameters, 'ResourceURI')?.text;
  if (!childOf(element, 'Address') || resource === undefined) return undefined;
  return { resource, selectors: readSelectors(childOf(parameters, 'SelectorSet')) };
}

/** Selectors by name; the value of a selector that is itself a reference is the text of its parts. */
export function readSelectors(set: XmlElement | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const selector of set?.children ?? []) {
    if (selector.name === 'Selector') found.set(selector.attributes.get('Name') ?? '', selector.text);
  }
  return found;
}
