import { readSelectors } from '../classes/references.ts';
import { ns } from './namespaces.ts';
import type { SoapFault } from './soap-fault.ts';
import { childOf, readXml, type XmlElement } from './xml.ts';

/** One WS-Management request. */
export interface WsmanRequest {
  /** Identify has no addressing header; the rest has. */
  readonly kind: 'identify' | 'operation';
  readonly action: string;
  readonly resource: string;
  readonly messageId: string;
  readonly selectors: ReadonlyMap<string, string>;
  /** The element in the SOAP body, if any. */
  readonly content: XmlElement | undefined;
}

/** Reads the envelope of a request; a name of a fault when it can't be carried out as it stands. */
export function readRequest(body: string): WsmanRequest | { readonly fault: SoapFault; readonly messageId: string } {
  let envelope: XmlElement;
  try {
    envelope = readXml(body);
  } catch {
    return { fault: 'SchemaValidationError', messageId: '' };
  }
  const header = childOf(envelope, 'Header', ns.soap);
  const soapBody = childOf(envelope, 'Body', ns.soap);
  const messageId = childOf(header, 'MessageID', ns.addressing)?.text ?? '';
  if (envelope.name !== 'Envelope' || envelope.namespace !== ns.soap || !soapBody) {
    return { fault: 'SchemaValidationError', messageId };
  }
  const content = soapBody.children[0];
  if (content?.name === 'Identify' && content.namespace === ns.identity) {
    return { kind: 'identify', action: '', resource: '', messageId, selectors: new Map(), content };
  }
  const action = childOf(header, 'Action', ns.addressing)?.text ?? '';
  if (action === '' || messageId === '' || !childOf(header, 'To', ns.addressing)) {
    return { fault: 'MessageInformationHeaderRequired', messageId };
  }
  return {
    kind: 'operation',
    action,
    resource: childOf(header, 'ResourceURI', ns.wsman)?.text ?? '',
    messageId,
    selectors: readSelectors(childOf(header, 'SelectorSet', ns.wsman)),
    content,
  };
}
