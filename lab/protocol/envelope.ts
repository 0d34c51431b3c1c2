import type { Instance, Moment, Reference, Scalar, Value } from '../classes/class-definition.ts';
import type { Device } from '../device.ts';
import { ns, resourceUri } from './namespaces.ts';
import { escapeXml } from './xml.ts';

/** Namespaces that every normal reply declares, under these prefixes and in this order. `[capture]` */
const common =
  `<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="${ns.soap}" xmlns:b="${ns.addressing}" xmlns:c="${ns.wsman}" ` +
  `xmlns:d="${ns.trust}" xmlns:e="${ns.security}" xmlns:f="${ns.cimBinding}"`;

const afterNamespaces = ` xmlns:xsi="${ns.instance}"><a:Header><b:To>${ns.anonymous}</b:To><b:RelatesTo>`;

/** MessageID: fixed but for a counter in twelve hex digits. `[capture]` */
export function nextMessageId(device: Device): string {
  device.messages += 1;
  return `uuid:00000000-8086-8086-8086-${device.messages.toString(16).toUpperCase().padStart(12, '0')}`;
}

/**
 * A normal reply. Prefixes g, h, ... are given to `declared` in order.
 *
 * @param action the WS-Addressing action of the reply
 * @param body the content of the SOAP body
 */
export function replyEnvelope(
  device: Device,
  reply: {
    readonly relatesTo: string;
    readonly action: string;
    readonly resource: string;
    readonly declared: readonly string[];
    readonly body: string;
  },
): string {
  let declarations = '';
  for (let n = 0; n < reply.declared.length; n += 1) declarations += ` xmlns:${'ghij'[n]}="${reply.declared[n]}"`;
  return (
    `${common}${declarations}${afterNamespaces}${escapeXml(reply.relatesTo)}</b:RelatesTo>` +
    `<b:Action a:mustUnderstand="true">${reply.action}</b:Action><b:MessageID>${nextMessageId(device)}</b:MessageID>` +
    `<c:ResourceURI>${reply.resource}</c:ResourceURI></a:Header><a:Body>${reply.body}</a:Body></a:Envelope>`
  );
}

/**
 * An instance as an element under the given prefix.
 *
 * @param momentPrefix prefix of the CIM common namespace, for the properties that are points in time
 */
export function instanceXml(prefix: string, elementName: string, instance: Instance, momentPrefix: string): string {
  let xml = `<${prefix}:${elementName}>`;
  for (const [name, value] of instance.properties) xml += valueXml(`${prefix}:${name}`, value, momentPrefix);
  return `${xml}</${prefix}:${elementName}>`;
}

function valueXml(name: string, value: Value, momentPrefix: string): string {
  if (isScalar(value)) return `<${name}>${scalarXml(value, momentPrefix)}</${name}>`;
  let xml = '';
  for (const one of value) xml += `<${name}>${scalarXml(one, momentPrefix)}</${name}>`;
  return xml;
}

const isScalar = (value: Value): value is Scalar => !Array.isArray(value);

function scalarXml(value: Scalar, momentPrefix: string): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return String(value);
  if (isMoment(value)) return `<${momentPrefix}:${value.moment}>${value.text}</${momentPrefix}:${value.moment}>`;
  return referenceXml(value);
}

const isMoment = (value: Reference | Moment): value is Moment => 'moment' in value;

const referenceCache = new WeakMap<Reference, string>();

/** The content of an endpoint reference; a selector may hold one itself. `[capture]` */
export function referenceXml(reference: Reference): string {
  const cached = referenceCache.get(reference);
  if (cached !== undefined) return cached;
  let selectors = '';
  for (const [name, value] of Object.entries(reference.selectors)) {
    const content =
      typeof value === 'string'
        ? escapeXml(value)
        : `<b:EndpointReference>${referenceXml(value)}</b:EndpointReference>`;
    selectors += `<c:Selector Name="${escapeXml(name)}">${content}</c:Selector>`;
  }
  const xml =
    `<b:Address>${ns.anonymous}</b:Address><b:ReferenceParameters><c:ResourceURI>${resourceUri(reference.className)}` +
    `</c:ResourceURI><c:SelectorSet>${selectors}</c:SelectorSet></b:ReferenceParameters>`;
  referenceCache.set(reference, xml);
  return xml;
}

/**
 * The reply to Identify. Its elements: DSP0226; ProductVendor and ProductVersion as MAAS and wsman users report
 * them; that it has an empty header is a `[guess]`.
 */
export function identifyEnvelope(device: Device): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="${ns.soap}" xmlns:b="${ns.identity}"><a:Header></a:Header>` +
    `<a:Body><b:IdentifyResponse><b:ProtocolVersion>${ns.wsman}</b:ProtocolVersion><b:ProductVendor>Intel(r)</b:ProductVendor>` +
    `<b:ProductVersion>AMT ${device.persona.version}</b:ProductVersion><b:SecurityProfiles><b:SecurityProfileName>` +
    'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/http/digest</b:SecurityProfileName></b:SecurityProfiles>' +
    '</b:IdentifyResponse></a:Body></a:Envelope>'
  );
}
