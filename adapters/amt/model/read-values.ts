import { isNil } from '../wsman/fields.ts';
import { isClassName } from '../wsman/names.ts';
import { child, childrenNamed, type XmlNode } from '../wsman/read.ts';
import type { EndpointReference, Selectors } from '../wsman/values.ts';
import type { Kind, Kinds, Read } from './kinds.ts';

type Value = string | number | bigint | boolean | Uint8Array | EndpointReference;
type Reader = (node: XmlNode) => Value | undefined;

const flags: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function readNumber(node: XmlNode): number | undefined {
  const text = node.text.trim();
  const value = Number(text);
  return /^[+-]?\d{1,16}$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

function readBig(node: XmlNode): bigint | undefined {
  const text = node.text.trim();
  return /^[+-]?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

function readBytes(node: XmlNode): Uint8Array | undefined {
  // Firmware breaks long base64 into lines.
  const text = node.text.replace(/\s+/g, '');
  return base64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function readHex(node: XmlNode): Uint8Array | undefined {
  const text = node.text.trim();
  return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** The text of a CIM datetime or interval, whichever element it stands in. */
function readTime(node: XmlNode): string | undefined {
  const [only] = node.children;
  const text = (only ?? node).text.trim();
  return node.children.length > 1 || text === '' ? undefined : text;
}

/** The reference that an element holds; undefined when it names no class that we know the namespace of. */
export function readReference(node: XmlNode): EndpointReference | undefined {
  const parameters = child(node, 'ReferenceParameters');
  const className = child(parameters, 'ResourceURI')?.text.trim().split('/').at(-1) ?? '';
  if (!isClassName(className)) return undefined;
  const selectors: [string, Selectors[string]][] = [];
  for (const one of child(parameters, 'SelectorSet')?.children ?? []) {
    const inner = child(one, 'EndpointReference');
    const value = inner === undefined ? one.text : readReference(inner);
    if (one.name !== 'Selector' || one.attributes.Name === undefined || value === undefined) return undefined;
    selectors.push([one.attributes.Name, value]);
  }
  return { className, selectors: Object.fromEntries(selectors) };
}

const readers: Readonly<Record<string, Reader>> = {
  text: (node) => (node.children.length === 0 ? node.text : undefined),
  number: readNumber,
  big: readBig,
  flag: (node) => flags[node.text.trim()],
  bytes: readBytes,
  hex: readHex,
  time: readTime,
  reference: readReference,
};

function readKind(kind: Kind, nodes: readonly XmlNode[]): Value | readonly Value[] | undefined {
  const isList = kind.endsWith('[]');
  const read = readers[isList ? kind.slice(0, -2) : kind];
  const present = nodes.filter((node) => !isNil(node));
  if (read === undefined || present.length === 0) return undefined;
  if (!isList) return present.length === 1 && present[0] ? read(present[0]) : undefined;
  const values = present.map(read).filter((value) => value !== undefined);
  // One unreadable element makes the list unreadable: positions in parallel lists mean something.
  return values.length === present.length ? values : undefined;
}

/**
 * The values of an element's children by their kinds. One that is missing, nil, empty where that can't be, or not of its
 * kind is left out: a device may say odd things about what nobody asked.
 */
export function readValues<K extends Kinds>(kinds: K, node: XmlNode): Read<K>;
export function readValues(kinds: Kinds, node: XmlNode): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const value = readKind(kind, childrenNamed(node, name));
    if (value !== undefined) values[name] = value;
  }
  return values;
}
