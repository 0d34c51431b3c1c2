import { createHash } from 'node:crypto';
import { connect as connectPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';

/**
 * A client of nothing but sockets and text, written for these tests only: neither the lab's nor the product's code
 * can agree with itself here.
 */

/** One HTTP response, cut into its parts but not otherwise touched. */
export interface WireReply {
  readonly status: number;
  /** Status line and header lines, without the line ends. */
  readonly head: readonly string[];
  /** Lengths of the chunks as written, e.g. `0220`; empty when the body was not chunked. */
  readonly chunks: readonly string[];
  readonly body: string;
}

/** An open connection. */
export interface Wire {
  readonly socket: Socket;
  /** The same socket when it speaks TLS. Throws when it does not. */
  tls(): TLSSocket;
  /** Sends text as it stands and waits for one response. Rejects when the connection ends first. */
  exchange(text: string): Promise<WireReply>;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens a plain connection, or with `tls` one through TLS. */
export async function openWire(address: string, port: number, tls?: ConnectionOptions): Promise<Wire> {
  const socket = tls ? connectTls({ host: address, port, ...tls }) : connectPlain(port, address);
  let received = Buffer.alloc(0);
  let wake = () => {};
  let ended = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      ended = true;
      wake();
      resolve();
    });
  });
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    wake();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve());
    socket.once('error', reject);
  });
  // From here on a broken connection shows as a rejected exchange.
  socket.on('error', () => {});
  return {
    socket,
    tls() {
      if (socket instanceof TLSSocket) return socket;
      throw new Error('A plain connection');
    },
    closed,
    async exchange(text) {
      socket.write(text);
      for (;;) {
        const cut = cutReply(received);
        if (cut) {
          received = received.subarray(cut.length);
          return cut.reply;
        }
        if (ended) throw new Error(`Connection ended after ${received.length} bytes: ${received.toString('latin1')}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => socket.destroy(),
  };
}

function cutReply(bytes: Buffer): { reply: WireReply; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(head[0]?.split(' ')[1]);
  const field = (name: string) => head.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  let at = headEnd + 4;
  if (field('Transfer-Encoding') !== 'chunked') {
    const length = Number(field('Content-Length') ?? 0);
    if (bytes.length < at + length) return undefined;
    return {
      reply: { status, head, chunks: [], body: bytes.toString('utf8', at, at + length) },
      length: at + length,
    };
  }
  const chunks: string[] = [];
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = bytes.toString('latin1', at, lineEnd);
    const length = Number.parseInt(size, 16);
    if (bytes.length < lineEnd + 2 + length + 2) return undefined;
    at = lineEnd + 2 + length + 2;
    if (length === 0) {
      return { reply: { status, head, chunks, body: Buffer.concat(parts).toString('utf8') }, length: at };
    }
    chunks.push(size);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** What a digest is made of. */
export interface DigestInput {
  readonly realm: string;
  readonly nonce: string;
  readonly nc: number;
  readonly qop?: 'auth' | 'auth-int';
  readonly password?: string;
  readonly username?: string;
  readonly body?: string;
  /** Quotes nc and qop, as some clients do. */
  readonly quoted?: boolean;
}

/** Realm and nonce of a 401. */
export function challengeOf(reply: WireReply): { realm: string; nonce: string } {
  const line = reply.head.find((one) => one.startsWith('WWW-Authenticate: ')) ?? '';
  return { realm: /realm="([^"]*)"/.exec(line)?.[1] ?? '', nonce: /nonce="([^"]*)"/.exec(line)?.[1] ?? '' };
}

/** The value of an Authorization header for POST /wsman. */
export function digest(input: DigestInput): string {
  const { username = 'admin', password = 'Lab-Passw0rd!', qop = 'auth', realm, nonce } = input;
  const nc = input.nc.toString(16).padStart(8, '0');
  const cnonce = '0123456789abcdef';
  const a2 = qop === 'auth-int' ? `POST:/wsman:${md5(input.body ?? '')}` : 'POST:/wsman';
  const response = md5([md5(`${username}:${realm}:${password}`), nonce, nc, cnonce, qop, md5(a2)].join(':'));
  const q = input.quoted ? '"' : '';
  return (
    `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="/wsman", cnonce="${cnonce}", ` +
    `nc=${q}${nc}${q}, qop=${q}${qop}${q}, response="${response}"`
  );
}

/** A POST to /wsman as text. */
export function post(body: string, authorization?: string): string {
  return (
    'POST /wsman HTTP/1.1\r\nHost: lab\r\nContent-Type: application/soap+xml; charset=UTF-8\r\n' +
    (authorization === undefined ? '' : `Authorization: ${authorization}\r\n`) +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

const prefixes = {
  AMT: 'http://intel.com/wbem/wscim/1/amt-schema/1/',
  CIM: 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/',
  IPS: 'http://intel.com/wbem/wscim/1/ips-schema/1/',
} as const;

/** Resource URI of a class. */
export function uriOf(className: string): string {
  const family = className.slice(0, 3);
  return family === 'AMT' || family === 'CIM' || family === 'IPS' ? `${prefixes[family]}${className}` : className;
}

/** Parts of a WS-Management request. */
export interface SoapInput {
  readonly className: string;
  /** Get, Put, Enumerate, Pull, Release, or the name of a method. */
  readonly operation: string;
  readonly selectors?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly messageId?: string;
}

/** The envelope of a request. */
export function soap(input: SoapInput): string {
  const { className, operation, messageId = '1', body = '' } = input;
  const resource = uriOf(className);
  const base = ['Enumerate', 'Pull', 'Release'].includes(operation)
    ? 'http://schemas.xmlsoap.org/ws/2004/09/enumeration/'
    : ['Get', 'Put', 'Create', 'Delete'].includes(operation)
      ? 'http://schemas.xmlsoap.org/ws/2004/09/transfer/'
      : `${resource}/`;
  const selectors = Object.entries(input.selectors ?? {}).map(
    ([name, value]) => `<w:Selector Name="${name}">${value}</w:Selector>`,
  );
  return (
    '<?xml version="1.0" encoding="utf-8"?><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">' +
    `<Header><a:Action>${base}${operation}</a:Action><a:To>/wsman</a:To><w:ResourceURI>${resource}</w:ResourceURI>` +
    `<a:MessageID>${messageId}</a:MessageID><a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/` +
    'anonymous</a:Address></a:ReplyTo><w:OperationTimeout>PT60S</w:OperationTimeout>' +
    (selectors.length > 0 ? `<w:SelectorSet>${selectors.join('')}</w:SelectorSet>` : '') +
    `</Header><Body>${body}</Body></Envelope>`
  );
}

/** Body of Identify. */
export const identify =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>';

/** Input of a method, its content under prefix r. */
export const input = (className: string, method: string, content: string): string =>
  `<r:${method}_INPUT xmlns:r="${uriOf(className)}">${content}</r:${method}_INPUT>`;

/** Content of an endpoint reference. */
export const reference = (className: string, name: string, value: string): string =>
  '<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters>' +
  `<w:ResourceURI>${uriOf(className)}</w:ResourceURI><w:SelectorSet><w:Selector Name="${name}">${value}</w:Selector>` +
  '</w:SelectorSet></a:ReferenceParameters>';

/** A request for a power state. */
export const powerRequest = (state: number, messageId = '1'): string =>
  soap({
    className: 'CIM_PowerManagementService',
    operation: 'RequestPowerStateChange',
    messageId,
    body: input(
      'CIM_PowerManagementService',
      'RequestPowerStateChange',
      `<r:PowerState>${state}</r:PowerState><r:ManagedElement>${reference('CIM_ComputerSystem', 'Name', 'ManagedSystem')}</r:ManagedElement>`,
    ),
  });

/** A request to leave (2) or enter (3) the OS power saving state. */
export const savingRequest = (state: number): string =>
  soap({
    className: 'IPS_PowerManagementService',
    operation: 'RequestOSPowerSavingStateChange',
    body: input(
      'IPS_PowerManagementService',
      'RequestOSPowerSavingStateChange',
      `<r:OSPowerSavingState>${state}</r:OSPowerSavingState><r:ManagedElement>${reference('CIM_ComputerSystem', 'Name', 'ManagedSystem')}</r:ManagedElement>`,
    ),
  });

/** A logged-on session: fetches a challenge, then sends each body with the next nonce count on one connection. */
export interface Session {
  readonly wire: Wire;
  send(body: string): Promise<WireReply>;
  close(): void;
}

/** Logs on. The first connection ends with the 401; the session runs on a second one. */
export async function logOn(
  address: string,
  options: {
    port: number;
    tls?: ConnectionOptions;
    username?: string;
    password?: string;
    qop?: 'auth' | 'auth-int';
  },
): Promise<Session> {
  const first = await openWire(address, options.port, options.tls);
  const challenge = challengeOf(await first.exchange(post('')));
  first.close();
  const wire = await openWire(address, options.port, options.tls);
  let nc = 0;
  return {
    wire,
    send(body) {
      nc += 1;
      const { username, password, qop } = options;
      const given = {
        ...challenge,
        nc,
        body,
        ...(username ? { username } : {}),
        ...(password ? { password } : {}),
        ...(qop ? { qop } : {}),
      };
      return wire.exchange(post(body, digest(given)));
    },
    close: () => wire.close(),
  };
}

/** The text of the first element of that local name; undefined when there is none. */
export const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`).exec(xml)?.[1];

/** The texts of all elements of that local name. */
export const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`, 'g'))].map((match) => match[1] ?? '');
