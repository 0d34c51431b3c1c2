import { SaxesParser } from 'saxes';
import { AmtError } from '../../../src/ports/amt.ts';
import { namespaces } from './names.ts';

/** One element of a reply. Names are local: devices choose prefixes as they like. */
export interface XmlNode {
  readonly name: string;
  /** The element's own text, exact; empty when it has child elements. */
  readonly text: string;
  readonly children: readonly XmlNode[];
  /** Attributes by local name, without namespace declarations. */
  readonly attributes: Readonly<Record<string, string>>;
}

interface OpenNode {
  name: string;
  text: string;
  children: OpenNode[];
  attributes: Record<string, string>;
}

/** What a reply may cost at most. */
export interface ReadLimits {
  readonly bytes: number;
  readonly depth: number;
  readonly elements: number;
  readonly attributesPerElement: number;
}

/** AMT sends at most 99,999 characters per Pull; these leave room and no more. */
export const readLimits: ReadLimits = { bytes: 1_048_576, depth: 32, elements: 20_000, attributesPerElement: 40 };

const utf8 = new TextDecoder('utf-8', { fatal: true });
const noAttributes: Record<string, string> = Object.freeze({});

function refuse(why: string, cause?: unknown): never {
  throw new AmtError('protocol_error', [`the reply is not acceptable XML: ${why}`], { cause });
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function ownAttributes(given: Readonly<Record<string, string>>, limits: ReadLimits): Record<string, string> {
  let own = noAttributes;
  let count = 0;
  for (const [name, value] of Object.entries(given)) {
    count += 1;
    if (count > limits.attributesPerElement) refuse('too many attributes');
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    // A null prototype: an attribute named __proto__ is then a name like any other.
    if (own === noAttributes) own = Object.create(null);
    own[localName(name)] = value;
  }
  return own;
}

/**
 * The one reader of what devices send: well-formed UTF-8 XML 1.0 within limits, without document type, entities of its
 * own or processing instructions. Anything else is an `AmtError` `protocol_error`.
 */
export function readXml(bytes: Uint8Array, limits: ReadLimits = readLimits): XmlNode {
  if (bytes.byteLength > limits.bytes) refuse(`larger than ${limits.bytes} bytes`);
  let source: string;
  try {
    source = utf8.decode(bytes);
  } catch (error) {
    return refuse('not UTF-8', error);
  }
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  const open: OpenNode[] = [];
  let root: OpenNode | null = null;
  let elements = 0;
  parser.on('error', (error) => refuse(error.message.slice(0, 120)));
  parser.on('doctype', () => refuse('it has a document type'));
  parser.on('processinginstruction', () => refuse('it has a processing instruction'));
  parser.on('xmldecl', (declaration) => {
    const encoding = declaration.encoding ?? 'utf-8';
    if (!/^utf-?8$/i.test(encoding)) refuse(`encoding ${encoding.slice(0, 20)}`);
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > limits.elements) refuse(`more than ${limits.elements} elements`);
    if (open.length >= limits.depth) refuse(`deeper than ${limits.depth} elements`);
    const node = {
      name: localName(tag.name),
      text: '',
      children: [],
      attributes: ownAttributes(tag.attributes, limits),
    };
    const parent = open.at(-1);
    if (parent) parent.children.push(node);
    else {
      root = node;
      checkEnvelope(tag.name, tag.attributes);
    }
    open.push(node);
  });
  const addText = (text: string) => {
    const node = open.at(-1);
    if (node) node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const node = open.pop();
    if (!node || node.children.length === 0) return;
    if (node.text.trim() !== '') refuse('text between elements');
    node.text = '';
  });
  // Some published recordings start with a blank line, which XML forbids only before a declaration.
  parser.write(source.trimStart()).close();
  return root ?? refuse('it is empty');
}

/** Local names would let any vocabulary pass; the envelope's namespace proves that it is SOAP 1.2. */
function checkEnvelope(qualified: string, attributes: Readonly<Record<string, string>>): void {
  const colon = qualified.indexOf(':');
  const declared = attributes[colon < 0 ? 'xmlns' : `xmlns:${qualified.slice(0, colon)}`];
  if (localName(qualified) !== 'Envelope' || declared !== namespaces.soap) refuse('it is no SOAP 1.2 envelope');
}

/** The first child of that name; undefined when there is none. */
export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((one) => one.name === name);
}

/** All children of that name: a list field with one element has one, with none an empty list. */
export function childrenNamed(node: XmlNode, name: string): readonly XmlNode[] {
  return node.children.filter((one) => one.name === name);
}
