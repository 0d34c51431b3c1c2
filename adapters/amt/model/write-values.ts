import { AmtError } from '../../../src/ports/amt.ts';
import { isNil } from '../wsman/fields.ts';
import { child, type XmlNode } from '../wsman/read.ts';
import type { EndpointReference, Fields, FieldValue } from '../wsman/values.ts';
import type { ClassDefinition } from './class-definition.ts';
import type { EmbeddedValues, Kind, Kinds } from './kinds.ts';
import { readReference } from './read-values.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));
const bytes = (value: unknown): Buffer => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(text(value)));

const isReference = (value: unknown): value is EndpointReference =>
  typeof value === 'object' && value !== null && 'className' in value && 'selectors' in value;

const isEmbedded = (value: unknown): value is EmbeddedValues =>
  typeof value === 'object' && value !== null && 'of' in value && 'values' in value;

function writeOne(kind: string, value: unknown): FieldValue {
  switch (kind) {
    case 'number':
      return typeof value === 'number' ? value : Number.NaN;
    case 'big':
      return typeof value === 'bigint' ? value : null;
    case 'flag':
      return value === true;
    case 'bytes':
      return bytes(value).toString('base64');
    case 'hex':
      return bytes(value).toString('hex').toUpperCase();
    case 'time':
      return { time: text(value) };
    case 'reference':
      return isReference(value) ? { reference: value } : null;
    case 'instance':
      return isEmbedded(value)
        ? { instanceOf: value.of.name, fields: writeValues(value.of.fields, value.values) }
        : null;
    default:
      return text(value);
  }
}

function writeKind(kind: Kind, value: unknown): FieldValue {
  if (value === undefined || value === null) return undefined;
  if (!kind.endsWith('[]')) return writeOne(kind, value);
  return (Array.isArray(value) ? value : [value]).map((one: unknown) => writeOne(kind.slice(0, -2), one));
}

/** Values as fields to send, in the order of the kinds whatever the order of the values. */
export function writeValues(kinds: Kinds, values: Readonly<Record<string, unknown>>): Fields {
  const fields: Record<string, FieldValue> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const value = writeKind(kind, values[name]);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** An element as it was read, to be sent back unchanged. */
function rawField(node: XmlNode): FieldValue {
  const [first] = node.children;
  if (first === undefined) return node.text;
  if (child(node, 'ReferenceParameters') !== undefined) {
    const reference = readReference(node);
    if (reference !== undefined) return { reference };
  }
  if (node.children.length === 1 && (first.name === 'Datetime' || first.name === 'Interval'))
    return { time: first.text };
  throw new AmtError('protocol_error', [`the property ${node.name} can not be sent back as it was read`]);
}

/**
 * The fields of a Put after a Get: everything that the device sent in its own order, also what we do not know, with the
 * changes put in; without what only the device writes. A property that the device did not send goes where AMT's schemas,
 * which are sorted by name, have it.
 */
export function changedFields(
  definition: ClassDefinition,
  node: XmlNode,
  changes: Readonly<Record<string, unknown>>,
): Fields {
  const changed = writeValues(definition.fields, changes);
  const merged: [string, FieldValue][] = [];
  const lists = new Map<string, FieldValue[]>();
  for (const one of node.children) {
    if (definition.readOnly.includes(one.name) || changes[one.name] === null || isNil(one)) continue;
    const isChanged = Object.hasOwn(changed, one.name);
    const known = lists.get(one.name);
    if (known === undefined) {
      const list = isChanged ? [] : [rawField(one)];
      lists.set(one.name, list);
      merged.push([one.name, isChanged ? changed[one.name] : list]);
    } else if (!isChanged) known.push(rawField(one));
  }
  for (const [name, value] of Object.entries(changed)) {
    if (lists.has(name)) continue;
    const before = merged.findIndex(([other]) => other > name);
    merged.splice(before < 0 ? merged.length : before, 0, [name, value]);
  }
  return Object.fromEntries(merged);
}
