import { namespaces } from './names.ts';
import { refuseXml, scanXml } from './scan.ts';

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

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function ownAttributes(given: readonly string[]): Record<string, string> {
  let own = noAttributes;
  for (let index = 0; index < given.length; index += 2) {
    const name = given[index] ?? '';
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    // A null prototype: an attribute named __proto__ is then a name like any other.
    if (own === noAttributes) own = Object.create(null);
    own[localName(name)] = given[index + 1] ?? '';
  }
  return own;
}

/**
 * The one reader of what devices send: well-formed UTF-8 XML 1.0 within limits, without document type, entities of its
 * own or processing instructions. Anything else is an `AmtError` `protocol_error`.
 */
export function readXml(bytes: Uint8Array, limits: ReadLimits = readLimits): XmlNode {
  if (bytes.byteLength > limits.bytes) refuseXml(`larger than ${limits.bytes} bytes`);
  let source: string;
  try {
    source = utf8.decode(bytes);
  } catch (error) {
    return refuseXml('not UTF-8', error);
  }
  const open: OpenNode[] = [];
  let root: OpenNode | null = null;
  let elements = 0;
  // Some published recordings start with a blank line, which XML forbids only before a declaration.
  scanXml(source.trimStart(), limits.attributesPerElement, {
    open(name, attributes) {
      elements += 1;
      if (elements > limits.elements) refuseXml(`more than ${limits.elements} elements`);
      if (open.length >= limits.depth) refuseXml(`deeper than ${limits.depth} elements`);
      const node = { name: localName(name), text: '', children: [], attributes: ownAttributes(attributes) };
      const parent = open.at(-1);
      if (parent) parent.children.push(node);
      else {
        root = node;
        checkEnvelope(name, attributes);
      }
      open.push(node);
    },
    text(text) {
      const node = open.at(-1);
      if (node) node.text += text;
    },
    close() {
      const node = open.pop();
      if (!node || node.children.length === 0 || node.text === '') return;
      if (node.text.trim() !== '') refuseXml('text between elements');
      node.text = '';
    },
  });
  return root ?? refuseXml('it is empty');
}

/** Local names would let any vocabulary pass; the envelope's namespace proves that it is SOAP 1.2. */
function checkEnvelope(qualified: string, attributes: readonly string[]): void {
  const colon = qualified.indexOf(':');
  const declared = attributes.indexOf(colon < 0 ? 'xmlns' : `xmlns:${qualified.slice(0, colon)}`);
  const isSoap = declared >= 0 && declared % 2 === 0 && attributes[declared + 1] === namespaces.soap;
  if (localName(qualified) !== 'Envelope' || !isSoap) refuseXml('it is no SOAP 1.2 envelope');
}

/** The first child of that name; undefined when there is none. */
export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((one) => one.name === name);
}

/** All children of that name: a list field with one element has one, with none an empty list. */
export function childrenNamed(node: XmlNode, name: string): readonly XmlNode[] {
  return node.children.filter((one) => one.name === name);
}
