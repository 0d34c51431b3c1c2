import type { Arguments } from '../classes/class-definition.ts';
import { readReference } from '../classes/references.ts';
import { type Member, membersOf } from '../classes/schema.ts';
import { ns, resourceUri } from './namespaces.ts';
import type { XmlElement } from './xml.ts';

/**
 * Checks the input of a method against its schema: the element's name and namespace, no unknown argument, none
 * missing, the order, no repetition, and the type. Firmware validates requests by schema: an empty reference was
 * refused by AMT 16.1.30.
 *
 * @returns the arguments by name, or undefined when the schema is violated
 */
export function checkInput(
  content: XmlElement | undefined,
  elementName: string,
  namespace: string,
  table: string,
  embedded: Readonly<Record<string, string>> = {},
): Arguments | undefined {
  if (content?.name !== elementName || content.namespace !== namespace) return undefined;
  const members = membersOf(table);
  return isInOrder(content.children, members)
    ? checkMembers(content.children, namespace, members, embedded)
    : undefined;
}

/**
 * Checks the content of a Put or Create. Both orders in use are taken: that of the replies, and that of the class
 * definition, which intel/lms sends. That any other order is refused is a `[guess]`.
 *
 * @returns the properties by name, or undefined when the schema is violated
 */
export function checkInstance(
  content: XmlElement | undefined,
  className: string,
  namespace: string,
  table: string,
): Arguments | undefined {
  if (content?.name !== className || content.namespace !== namespace) return undefined;
  const members = membersOf(table);
  const byReply = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (!isInOrder(content.children, members) && !isInOrder(content.children, byReply)) return undefined;
  return checkMembers(content.children, namespace, members, {});
}

function checkMembers(
  children: readonly XmlElement[],
  namespace: string,
  members: readonly Member[],
  embedded: Readonly<Record<string, string>>,
): Arguments | undefined {
  const given = Map.groupBy(children, (child) => child.name);
  for (const member of members) {
    const elements = given.get(member.name) ?? [];
    if (elements.length === 0 ? member.required : member.refused) return undefined;
    if (elements.length > 1 && !member.repeated) return undefined;
    if (!elements.every((one) => one.namespace === namespace && isOfType(one, member, embedded))) return undefined;
  }
  return [...given.keys()].every((name) => members.some((member) => member.name === name)) ? given : undefined;
}

function isInOrder(children: readonly XmlElement[], members: readonly Member[]): boolean {
  let place = 0;
  for (const child of children) {
    place = members.findIndex((member, at) => at >= place && member.name === child.name);
    if (place < 0) return false;
  }
  return true;
}

const limits = { uint8: 0xff, uint16: 0xffff, uint32: 0xffff_ffff, uint64: Number.MAX_SAFE_INTEGER } as const;

function isOfType(element: XmlElement, member: Member, embedded: Readonly<Record<string, string>>): boolean {
  const { type } = member;
  if (type === 'reference') return readReference(element) !== undefined;
  if (type === 'embedded') {
    const table = embedded[member.embedded ?? ''] ?? '';
    const uri = resourceUri(member.embedded ?? '');
    return checkMembers(element.children, uri, membersOf(table), {}) !== undefined;
  }
  if (type === 'datetime') return element.children.length === 0 || isMoment(element);
  if (element.children.length > 0) return false;
  switch (type) {
    case 'boolean':
      return /^(true|false|0|1)$/.test(element.text);
    case 'base64':
      return /^[A-Za-z0-9+/\s]*={0,2}$/.test(element.text);
    case 'hex':
      return /^([0-9A-Fa-f]{2})*$/.test(element.text);
    case 'string':
      return true;
    default:
      return /^\d{1,20}$/.test(element.text) && Number(element.text) <= limits[type];
  }
}

function isMoment(element: XmlElement): boolean {
  const [child, second] = element.children;
  return (
    second === undefined &&
    child !== undefined &&
    child.namespace === ns.cimCommon &&
    (child.name === 'Datetime' || child.name === 'Interval' || child.name === 'Date')
  );
}
