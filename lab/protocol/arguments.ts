import type { ArgumentDefinition, Arguments, ArgumentType } from '../classes/class-definition.ts';
import { readReference } from '../classes/references.ts';
import type { XmlElement } from './xml.ts';

/**
 * Checks the input of a method against its definition: the element's name and namespace, no unknown argument, the
 * order, no repetition, and the type. Firmware validates requests by schema: an empty reference was refused by AMT
 * 16.1.30.
 *
 * @returns the arguments by name, or undefined when the schema is violated
 */
export function checkArguments(
  content: XmlElement | undefined,
  elementName: string,
  namespace: string,
  definitions: readonly ArgumentDefinition[],
): Arguments | undefined {
  if (content?.name !== elementName || content.namespace !== namespace) return undefined;
  let place = 0;
  for (const child of content.children) {
    const at = definitions.findIndex((definition) => definition.name === child.name);
    const definition = definitions[at];
    if (!definition || child.namespace !== namespace || at < place || !isOfType(child, definition.type))
      return undefined;
    place = definition.repeated ? at : at + 1;
  }
  return Map.groupBy(content.children, (child) => child.name);
}

function isOfType(element: XmlElement, type: ArgumentType): boolean {
  switch (type) {
    case 'number':
      return /^\d{1,10}$/.test(element.text);
    case 'boolean':
      return /^(true|false|0|1)$/.test(element.text);
    case 'reference':
      return readReference(element) !== undefined;
    case 'base64':
      return /^[A-Za-z0-9+/\s]*={0,2}$/.test(element.text);
    case 'datetime':
    case 'string':
      return true;
  }
}
