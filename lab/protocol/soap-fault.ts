import type { Device } from '../device.ts';
import { nextMessageId } from './envelope.ts';
import { ns } from './namespaces.ts';
import { escapeXml } from './xml.ts';

/** Prefixes of a fault as recorded, which differ from those of a normal reply. `[capture]` */
const head =
  `<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:g="${ns.cimBinding}" xmlns:f="${ns.eventing}" ` +
  `xmlns:e="${ns.wsman}" xmlns:d="${ns.transfer}" xmlns:c="${ns.enumeration}" xmlns:b="${ns.addressing}" ` +
  `xmlns:a="${ns.soap}" xmlns:h="${ns.trust}" xmlns:i="${ns.security}" xmlns:xsi="${ns.instance}"><a:Header>` +
  `<b:To>${ns.anonymous}</b:To>`;

const addressingAction = `${ns.addressing}/fault`;
const wsmanAction = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault';
const enumerationAction = `${ns.enumeration}/fault`;

/**
 * Faults of DSP0226 annex and WS-Addressing, with their standard sentences. AlreadyExists was recorded `[capture]`,
 * the sentence of SchemaValidationError was seen on AMT 16.1.30; that firmware uses the standard's words for the
 * others is a `[guess]`.
 */
const faults = {
  AlreadyExists: ['a:Sender', 'e', wsmanAction, 'The sender attempted to create a resource which already exists.'],
  AccessDenied: ['a:Sender', 'e', wsmanAction, 'The sender was not authorized to access the resource.'],
  InvalidSelectors: ['a:Sender', 'e', wsmanAction, 'The Selectors for the resource were not valid.'],
  SchemaValidationError: [
    'a:Sender',
    'e',
    wsmanAction,
    'The supplied SOAP violates the corresponding XML schema definition.',
  ],
  UnsupportedFeature: ['a:Sender', 'e', wsmanAction, 'The specified feature is not supported.'],
  QuotaLimit: ['a:Sender', 'e', wsmanAction, 'The service is busy servicing other requests.'],
  DestinationUnreachable: [
    'a:Sender',
    'b',
    addressingAction,
    'No route can be determined to reach the destination role defined by the WS-Addressing To.',
  ],
  ActionNotSupported: ['a:Sender', 'b', addressingAction, 'The action is not supported by the service.'],
  MessageInformationHeaderRequired: [
    'a:Sender',
    'b',
    addressingAction,
    'A required message information header, To, MessageID, or Action, is not present.',
  ],
  InternalError: [
    'a:Receiver',
    'e',
    wsmanAction,
    'The service cannot comply with the request due to internal processing errors.',
  ],
  InvalidEnumerationContext: ['a:Receiver', 'c', enumerationAction, 'The supplied enumeration context is invalid.'],
} as const;

/** Name of a fault: its subcode. */
export type SoapFault = keyof typeof faults;

/**
 * The envelope of a fault.
 *
 * @param ptStatus told in the detail of an internal error, as `AMT-STATUS 38`; how exactly is a `[guess]`
 */
export function faultEnvelope(device: Device, fault: SoapFault, relatesTo: string, ptStatus?: number): string {
  const detail = ptStatus === undefined ? '' : `AMT-STATUS ${ptStatus}`;
  const [code, prefix, action, reason] = faults[fault];
  return (
    `${head}<b:RelatesTo>${escapeXml(relatesTo)}</b:RelatesTo><b:Action a:mustUnderstand="true">${action}</b:Action>` +
    `<b:MessageID>${nextMessageId(device)}</b:MessageID></a:Header><a:Body><a:Fault><a:Code><a:Value>${code}</a:Value>` +
    `<a:Subcode><a:Value>${prefix}:${fault}</a:Value></a:Subcode></a:Code><a:Reason><a:Text xml:lang="en-US">${reason}` +
    `</a:Text></a:Reason><a:Detail>${detail}</a:Detail></a:Fault></a:Body></a:Envelope>`
  );
}

/** Whether a fault is the receiver's, hence HTTP 500 by the SOAP 1.2 HTTP binding. `[guess]` for this firmware */
export const isReceiverFault = (fault: SoapFault): boolean => faults[fault][0] === 'a:Receiver';
