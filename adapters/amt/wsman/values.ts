import { AmtError } from '../../../src/ports/amt.ts';
import { anonymousRole, type ClassName, namespaces, resourceUri } from './names.ts';

/** Points at one instance: its class and the keys that select it. */
export interface EndpointReference {
  readonly className: ClassName;
  readonly selectors: Selectors;
}

/** Keys of an instance, in the order they are sent. */
export type Selectors = Readonly<Record<string, string | EndpointReference>>;

/** An embedded instance of another class: its elements carry that class's namespace. */
export interface EmbeddedInstance {
  readonly instanceOf: ClassName;
  readonly fields: Fields;
}

/** What a field or argument may hold. An array becomes repeated elements; undefined and null are left out. */
export type FieldValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | { readonly time: string }
  | { readonly reference: EndpointReference }
  | EmbeddedInstance
  | readonly FieldValue[]
  | null
  | undefined;

/** Fields or arguments in the order of the class's schema, which AMT insists on. */
export type Fields = Readonly<Record<string, FieldValue>>;

const needsEscape = /[&<>"\r\n\t]/;
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};
// Everything outside the Char production of XML 1.0: control characters, lone surrogates, U+FFFE and U+FFFF.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const elementName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Text as it may stand in an element or a quoted attribute. Throws `protocol_error` for what XML 1.0 can't carry. */
export function escapeText(text: string): string {
  if (notXml.test(text)) throw new AmtError('protocol_error', ['a value has a character that XML can not carry']);
  return needsEscape.test(text) ? text.replace(/[&<>"\r\n\t]/g, (found) => escapes[found] ?? '') : text;
}

/** The name, when it may be an element's name; throws `protocol_error` otherwise. */
export function checkName(name: string): string {
  if (!elementName.test(name)) throw new AmtError('protocol_error', ['a field has a name that XML can not carry']);
  return name;
}

/** `w:SelectorSet` with these keys; empty text when there are none. */
export function selectorSet(selectors: Selectors): string {
  let inner = '';
  for (const [name, value] of Object.entries(selectors)) {
    const content =
      typeof value === 'string'
        ? escapeText(value)
        : `<a:EndpointReference>${referenceContent(value)}</a:EndpointReference>`;
    inner += `<w:Selector Name="${escapeText(name)}">${content}</w:Selector>`;
  }
  return inner === '' ? '' : `<w:SelectorSet>${inner}</w:SelectorSet>`;
}

function referenceContent(reference: EndpointReference): string {
  return (
    `<a:Address>${anonymousRole}</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${escapeText(resourceUri(reference.className))}</w:ResourceURI>` +
    `${selectorSet(reference.selectors)}</a:ReferenceParameters>`
  );
}

/** A CIM datetime or interval in the element that says which it is; anything else is written as it stands. */
function timeContent(text: string): string {
  const tag = text.startsWith('P') ? 'Interval' : /^\d{4}-/.test(text) ? 'Datetime' : null;
  const content = escapeText(text);
  return tag === null ? content : `<p:${tag} xmlns:p="${namespaces.common}">${content}</p:${tag}>`;
}

/** Moment as CIM writes it: UTC, whole seconds. */
export function cimDatetime(moment: Date): string {
  if (Number.isNaN(moment.getTime())) throw new AmtError('protocol_error', ['a field holds no valid date']);
  return moment.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function numberText(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new AmtError('protocol_error', ['a field holds a number that is not whole']);
  }
  return String(value);
}

function contentOf(value: Exclude<FieldValue, null | undefined | readonly FieldValue[]>, depth: number): string {
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Date) return timeContent(cimDatetime(value));
  if ('time' in value) return timeContent(value.time);
  if ('reference' in value) return referenceContent(value.reference);
  const prefix = `e${depth}`;
  // Each element names the namespace itself: the wrapper belongs to the class that embeds the instance.
  return fieldElements(
    value.fields,
    prefix,
    ` xmlns:${prefix}="${escapeText(resourceUri(value.instanceOf))}"`,
    depth + 1,
  );
}

function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** The fields as elements with a namespace prefix, in the order given. */
export function fieldElements(fields: Fields, prefix: string, declaration = '', depth = 0): string {
  let out = '';
  for (const [name, value] of Object.entries(fields)) {
    const tag = `${prefix}:${checkName(name)}`;
    for (const one of isList(value) ? value : [value]) {
      if (one === null || one === undefined) continue;
      if (isList(one)) throw new AmtError('protocol_error', ['a list inside a list can not be sent']);
      out += `<${tag}${declaration}>${contentOf(one, depth)}</${tag}>`;
    }
  }
  return out;
}
