import { AmtError } from '../../../src/ports/amt.ts';
import { quoteDevice } from '../errors.ts';
import { child, childrenNamed, type XmlNode } from './read.ts';

/** True for an element that says it has no value. */
export const isNil = (node: XmlNode): boolean => node.attributes.nil === 'true' || node.attributes.nil === '1';

/** The field's text; null when it is missing or nil. An empty element is an empty text, not null. */
export function readText(node: XmlNode, name: string): string | null {
  const found = child(node, name);
  return found === undefined || isNil(found) ? null : found.text;
}

function whole(text: string, field: string): number {
  const value = Number(text.trim());
  if (!/^\s*[+-]?\d{1,16}\s*$/.test(text) || !Number.isSafeInteger(value)) {
    throw new AmtError('protocol_error', [`${field} should be a whole number and is "${quoteDevice(text, 40)}"`]);
  }
  return value;
}

/** The field's whole number; null when it is missing, nil or empty. Anything else there is a `protocol_error`. */
export function readNumber(node: XmlNode, name: string): number | null {
  const text = readText(node, name);
  return text === null || text.trim() === '' ? null : whole(text, name);
}

/** The numbers of a list field: empty when it is missing, one element when it stands there once. */
export function readNumbers(node: XmlNode, name: string): number[] {
  return childrenNamed(node, name)
    .filter((one) => !isNil(one) && one.text.trim() !== '')
    .map((one) => whole(one.text, name));
}

/** The texts of a list field: empty when it is missing, one element when it stands there once. */
export function readTexts(node: XmlNode, name: string): string[] {
  return childrenNamed(node, name)
    .filter((one) => !isNil(one))
    .map((one) => one.text);
}

/** As `readNumber`, but a missing one is a `protocol_error` too. */
export function needNumber(node: XmlNode, name: string): number {
  const value = readNumber(node, name);
  if (value === null) throw new AmtError('protocol_error', [`the reply has no ${name}`]);
  return value;
}
