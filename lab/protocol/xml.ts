import { SaxesParser } from 'saxes';

/** One element of a request, namespaces resolved. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** Character data directly in it, joined and trimmed. */
  text: string;
  /** The same as it was written. */
  rawText: string;
}

const elementLimit = 2000;

/**
 * Reads one document.
 *
 * @throws Error when it is not well formed, has a document type, or is beyond 2,000 elements
 */
export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on('doctype', () => {
    throw new Error('Document type not allowed');
  });
  parser.on('error', (problem) => {
    throw problem;
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (elements > elementLimit) throw new Error('Too many elements');
    const attributes = new Map<string, string>();
    for (const { local, value } of Object.values(tag.attributes)) attributes.set(local, value);
    const element: XmlElement = {
      name: tag.local,
      namespace: tag.uri,
      attributes,
      children: [],
      text: '',
      rawText: '',
    };
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
    open.push(element);
  });
  parser.on('text', (data) => {
    const element = open.at(-1);
    if (element) element.rawText += data;
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element) element.text = element.rawText.trim();
  });
  parser.write(text).close();
  if (!root) throw new Error('No element');
  return root;
}

/** The first child of that name, in any namespace if none is given. */
export function childOf(element: XmlElement | undefined, name: string, namespace?: string): XmlElement | undefined {
  return element?.children.find(
    (child) => child.name === name && (namespace === undefined || child.namespace === namespace),
  );
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** Character data and attribute values, safe in XML. */
export const escapeXml = (text: string): string => text.replace(/[&<>"\r]/g, (one) => escapes[one] ?? one);
