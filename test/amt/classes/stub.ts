/**
 * A device that answers what the test says and nothing else, in the shape of recorded replies. Bodies use the prefix g for
 * the class asked for.
 */

import { child, readXml, type XmlNode } from '../../../adapters/amt/wsman/read.ts';
import type { AmtSession } from '../../../src/ports/amt.ts';
import { endpointAt, openGateway } from '../conversation.ts';
import {
  askedFor,
  chunkedReply,
  envelope,
  faultBody,
  messageIdOf,
  send,
  sendAndClose,
  startWireDevice,
  type WireRequest,
} from '../wire-device.ts';

/** A reply's body, a fault, or a function that gives one by the request's own body. */
export type Reply = string | Fault | ((body: XmlNode) => string | Fault);

export class Fault {
  readonly subcode: string;
  readonly detail: string;

  constructor(subcode: string, detail = '') {
    this.subcode = subcode;
    this.detail = detail;
  }
}

export interface Stub {
  /** `Get AMT_X`, `Method AMT_X` ... in the order they came. */
  readonly asked: string[];
  /** Bodies of the requests of that kind. */
  readonly bodies: (asked: string) => readonly XmlNode[];
  /** Whole requests of that kind, as text. */
  readonly texts: (asked: string) => readonly string[];
  readonly run: <T>(work: (session: AmtSession) => Promise<T>, signal?: AbortSignal) => Promise<T>;
  readonly close: () => Promise<void>;
}

export interface StubOptions {
  readonly host: string;
  /** As in the Server header. Default 15.0.23. */
  readonly version?: string;
  readonly now?: () => Date;
}

const bodyOf = (request: WireRequest): XmlNode =>
  child(readXml(Buffer.from(request.body)), 'Body')?.children[0] ?? {
    name: '',
    text: '',
    children: [],
    attributes: {},
  };

const identity = (version: string): string =>
  '<i:IdentifyResponse xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">' +
  `<i:ProductVendor>Intel(r)</i:ProductVendor><i:ProductVersion>AMT ${version}</i:ProductVersion></i:IdentifyResponse>`;

/** Starts the device and a gateway that talks to it. `replies` may be changed as the test goes. */
export async function startStub(replies: Record<string, Reply>, options: StubOptions): Promise<Stub> {
  const { host, version = '15.0.23', now = () => new Date() } = options;
  const requests: WireRequest[] = [];
  const answer = (request: WireRequest) => {
    const asked = askedFor(request);
    requests.push(request);
    const className = asked.split(' ')[1] ?? 'CIM_Thing';
    const found = replies[asked] ?? (asked === 'Identify' ? identity(version) : new Fault('DestinationUnreachable'));
    const reply = typeof found === 'function' ? found(bodyOf(request)) : found;
    const relatesTo = messageIdOf(request);
    const told = (text: string) => text.replace('15.0.23.1706', `${version}.1706`);
    if (typeof reply === 'string') {
      return send(request, told(chunkedReply(envelope(reply, { className, relatesTo }))));
    }
    const body = envelope(faultBody(reply.subcode, 'no', reply.detail), { className, relatesTo });
    return sendAndClose(request, told(chunkedReply(body, { status: '400 Bad Request', close: true })));
  };
  const device = await startWireDevice({ host }, answer);
  const clock = { now, sleep: async () => {} };
  const { gateway, run } = openGateway({ clock });
  const ofKind = (asked: string) => requests.filter((request) => askedFor(request) === asked);
  return {
    get asked() {
      // How the version gets known is not what these tests are about.
      return requests.map(askedFor).filter((one) => one !== 'Identify');
    },
    bodies: (asked) => ofKind(asked).map(bodyOf),
    texts: (asked) => ofKind(asked).map((request) => request.body),
    run: (work, signal) => run(endpointAt(host), work, signal),
    async close() {
      await gateway.close();
      await device.close();
    },
  };
}

type Value = string | number | boolean | readonly (string | number | boolean)[];

/** Elements with the prefix g, in the order given; arrays repeat. Values must be fit for XML. */
export const elements = (values: Readonly<Record<string, Value>>): string =>
  Object.entries(values)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => `<g:${name}>${one}</g:${name}>`))
    .join('');

/** An instance. */
export const instance = (className: string, values: Readonly<Record<string, Value>>): string =>
  `<g:${className}>${elements(values)}</g:${className}>`;

/** A method's output. */
export const output = (method: string, values: Readonly<Record<string, Value>> = {}, returnValue = 0): string =>
  `<g:${method}_OUTPUT>${elements(values)}<g:ReturnValue>${returnValue}</g:ReturnValue></g:${method}_OUTPUT>`;

const uris: Record<string, string> = {
  AMT: 'http://intel.com/wbem/wscim/1/amt-schema/1/',
  IPS: 'http://intel.com/wbem/wscim/1/ips-schema/1/',
  CIM: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/',
};

/** What a reference holds, with one selector. */
export const reference = (className: string, name: string, value: string): string =>
  '<b:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</b:Address><b:ReferenceParameters>' +
  `<c:ResourceURI>${uris[className.slice(0, 3)]}${className}</c:ResourceURI>` +
  `<c:SelectorSet><c:Selector Name="${name}">${value}</c:Selector></c:SelectorSet></b:ReferenceParameters>`;

/** Replies to Enumerate and Pull of a class. */
export const instances = (className: string, ...bodies: readonly string[]): Record<string, Reply> => ({
  [`Enumerate ${className}`]:
    '<n:EnumerateResponse><n:EnumerationContext>5E1A0000-0000-0000-0000-000000000000</n:EnumerationContext></n:EnumerateResponse>',
  [`Pull ${className}`]: `<n:PullResponse><n:Items>${bodies.join('')}</n:Items><n:EndOfSequence></n:EndOfSequence></n:PullResponse>`,
});

/** A property that holds a CIM time. */
export const datetime = (text: string): string =>
  `<h:Datetime xmlns:h="http://schemas.dmtf.org/wbem/wscim/1/common">${text}</h:Datetime>`;

/** An element's children by name; lists as arrays. */
export function fieldsOf(node: XmlNode | undefined): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const one of node?.children ?? []) {
    const before = found[one.name];
    found[one.name] = before === undefined ? one.text : [...(Array.isArray(before) ? before : [before]), one.text];
  }
  return found;
}
