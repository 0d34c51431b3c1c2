/**
 * A device as far as the wire goes, for tests of the transport: it reads HTTP requests from raw sockets and lets the test
 * decide, byte by byte, what comes back. Knows nothing of the adapter.
 */
import { createHash } from 'node:crypto';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface WireRequest {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Number of the connection that it came on, from 1. */
  readonly connection: number;
  readonly socket: Socket;
}

/** Writes the answer to the request's socket, or does not. `index` counts requests from 0. */
export type Responder = (request: WireRequest, index: number) => void | Promise<void>;

export interface WireDevice {
  readonly requests: WireRequest[];
  readonly connections: () => number;
  /** Most connections that were open at one time. */
  readonly mostAtOnce: () => number;
  readonly close: () => Promise<void>;
}

export interface WireOptions {
  readonly host: string;
  readonly port?: number;
  readonly tls?: TlsOptions;
  readonly onConnection?: (socket: Socket, count: number) => void;
}

const serverHeader = 'Intel(R) Active Management Technology 15.0.23.1706';

export async function startWireDevice(options: WireOptions, respond: Responder): Promise<WireDevice> {
  const requests: WireRequest[] = [];
  const open = new Set<Socket>();
  let count = 0;
  let most = 0;
  const serve = (socket: Socket) => {
    count += 1;
    const connection = count;
    open.add(socket);
    // Counted a little later: the end of the connection before may be read after the start of this one.
    setImmediate(() =>
      setImmediate(() => {
        most = Math.max(most, open.size);
      }),
    );
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    options.onConnection?.(socket, connection);
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const lines = pending.subarray(0, end).toString('latin1').split('\r\n').slice(1);
      const headers = new Map(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const length = Number(headers.get('content-length') ?? 0);
      if (pending.length < end + 4 + length) return;
      const body = pending.subarray(end + 4, end + 4 + length).toString('utf8');
      pending = pending.subarray(end + 4 + length);
      const request = { headers, body, connection, socket };
      requests.push(request);
      void respond(request, requests.length - 1);
    });
  };
  const server: Server = options.tls ? createTlsServer(options.tls, serve) : createTcpServer(serve);
  if (options.tls) server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? (options.tls ? 16_993 : 16_992), options.host, resolve);
  });
  return {
    requests,
    connections: () => count,
    mostAtOnce: () => most,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** HTTP head and body as AMT sends them: chunked, sizes as four upper-case hexadecimal digits. */
export function chunkedReply(body: string, { status = '200 OK', close = false } = {}): string {
  const bytes = Buffer.from(body);
  let chunks = '';
  for (let at = 0; at < bytes.length; at += 762) {
    const part = bytes.subarray(at, at + 762);
    chunks += `${part.length.toString(16).toUpperCase().padStart(4, '0')}\r\n${part.toString('latin1')}\r\n`;
  }
  return (
    `HTTP/1.1 ${status}\r\nDate: Mon, 31 Jan 2022 10:23:04 GMT\r\nServer: ${serverHeader}\r\nX-Frame-Options: DENY\r\n` +
    `Content-Type: application/soap+xml; charset=UTF-8\r\nTransfer-Encoding: chunked\r\n` +
    `${close ? 'Connection: close\r\n' : ''}\r\n${chunks}0\r\n\r\n`
  );
}

const page =
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" ><html lang="en"><body>' +
  '<h2 class=warn>Log on failed. Incorrect user name or password, or user account temporarily locked.</h2></body></html>';

/** The 401 of AMT, which closes the connection. */
export function unauthorized(challenge: string): string {
  return (
    `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${challenge}\r\nContent-Type: text/html\r\nServer: ${serverHeader}\r\n` +
    `Content-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`
  );
}

/** Sends the text and, like AMT after a 401 or 400, closes. */
export function sendAndClose(request: WireRequest, text: string): void {
  request.socket.end(text, 'latin1');
}

export function send(request: WireRequest, text: string): void {
  request.socket.write(text, 'latin1');
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The parameters of an Authorization header, with and without quotes. */
export function authorizationOf(request: WireRequest): Map<string, { value: string; quoted: boolean }> {
  const found = new Map<string, { value: string; quoted: boolean }>();
  const header = request.headers.get('authorization') ?? '';
  for (const [, name = '', quoted, plain] of header
    .replace(/^Digest /, '')
    .matchAll(/([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^, ]+))/g)) {
    found.set(name, { value: (quoted ?? plain ?? '').replace(/\\(.)/g, '$1'), quoted: quoted !== undefined });
  }
  return found;
}

/** Checks the response as RFC 7616 defines it. */
export function isAuthorized(request: WireRequest, user: string, password: string): boolean {
  const sent = authorizationOf(request);
  const get = (name: string) => sent.get(name)?.value ?? '';
  if (get('username') !== user) return false;
  const ha1 = md5(`${user}:${get('realm')}:${password}`);
  const ha2 = md5(`POST:${get('uri')}${get('qop') === 'auth-int' ? `:${md5(request.body)}` : ''}`);
  return get('response') === md5([ha1, get('nonce'), get('nc'), get('cnonce'), get('qop'), ha2].join(':'));
}

export const realm = 'Digest:727734D63A1FC0423736E48DA554E462';

/** A device that wants digest: hands out one nonce after another, and the rest of the work to `answer`. */
export function withDigest(
  answer: (request: WireRequest, accepted: number) => void,
  {
    user = 'admin',
    password = 'P@ssw0rd',
    qop = 'auth',
    series = 'nonce',
    forget = (_accepted: number): boolean => false,
    challengeOf = (nonce: string) => `Digest realm="${realm}", nonce="${nonce}",stale="false",qop="${qop}"`,
  } = {},
): Responder & { challenges: () => number; failures: () => number } {
  let nonce = '';
  let made = 0;
  let last = 0;
  let accepted = 0;
  let failures = 0;
  const challenge = (request: WireRequest) => {
    made += 1;
    last = 0;
    nonce = `${Buffer.from(`${series}-${made}`).toString('base64').replaceAll('=', '')}AAAA/3uA`;
    sendAndClose(request, unauthorized(challengeOf(nonce)));
  };
  const respond: Responder = (request) => {
    const sent = authorizationOf(request);
    const count = Number.parseInt(sent.get('nc')?.value ?? '', 16);
    if (sent.size === 0) return challenge(request);
    if (sent.get('nonce')?.value !== nonce || forget(accepted)) return challenge(request);
    if (count !== last + 1 || !isAuthorized(request, user, password)) {
      failures += 1;
      return challenge(request);
    }
    last = count;
    accepted += 1;
    return answer(request, accepted);
  };
  return Object.assign(respond, { challenges: () => made, failures: () => failures });
}

/** The MessageID of a request, which a reply must name. */
export const messageIdOf = (request: WireRequest): string =>
  /<[a-z]*:?MessageID>([^<]*)</.exec(request.body)?.[1] ?? '';

const amt = 'http://intel.com/wbem/wscim/1/amt-schema/1/';
const cim = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/';
const ips = 'http://intel.com/wbem/wscim/1/ips-schema/1/';
const schemas: Record<string, string> = { AMT: amt, CIM: cim, IPS: ips };

/** An envelope as AMT writes it; `body` uses the prefix g for `className`. */
export function envelope(body: string, { className = 'CIM_Thing', relatesTo = '' } = {}): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope" ' +
    'xmlns:b="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:c="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" ' +
    `xmlns:g="${schemas[className.slice(0, 3)]}${className}" xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" ` +
    'xmlns:e="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><a:Header>' +
    `<b:RelatesTo>${relatesTo}</b:RelatesTo><b:MessageID>uuid:00000000-8086-8086-8086-000000007A93</b:MessageID>` +
    `</a:Header><a:Body>${body}</a:Body></a:Envelope>`
  );
}

/** A SOAP fault as AMT writes it. */
export function faultBody(subcode: string, reason: string, detail = ''): string {
  return (
    `<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>e:${subcode}</a:Value></a:Subcode></a:Code>` +
    `<a:Reason><a:Text xml:lang="en-US">${reason}</a:Text></a:Reason><a:Detail>${detail}</a:Detail></a:Fault>`
  );
}

/** What the request asks for: `Get CIM_X`, `Enumerate CIM_X`, `RequestPowerStateChange CIM_X`. */
export function askedFor(request: WireRequest): string {
  const action = /Action>([^<]*)</.exec(request.body)?.[1] ?? '';
  const className = (/ResourceURI>([^<]*)</.exec(request.body)?.[1] ?? '').split('/').at(-1) ?? '';
  if (request.body.includes('Identify')) return 'Identify';
  return `${action.split('/').at(-1)} ${className}`;
}

const powerInstance = (state: number) =>
  '<g:CIM_AssociatedPowerManagementService><g:AvailableRequestedPowerStates>8</g:AvailableRequestedPowerStates>' +
  '<g:AvailableRequestedPowerStates>5</g:AvailableRequestedPowerStates>' +
  `<g:PowerState>${state}</g:PowerState></g:CIM_AssociatedPowerManagementService>`;

/** Bodies by what is asked for; the power state follows what was requested. */
export function standardBodies(initial = 8): (asked: string, request: WireRequest) => string | null {
  let state = initial;
  return (asked, request) => {
    switch (asked) {
      case 'Get CIM_AssociatedPowerManagementService':
        return powerInstance(state);
      case 'RequestPowerStateChange CIM_PowerManagementService':
        state = Number(/PowerState>(\d+)</.exec(request.body)?.[1] ?? state);
        return '<g:RequestPowerStateChange_OUTPUT><g:ReturnValue>0</g:ReturnValue></g:RequestPowerStateChange_OUTPUT>';
      case 'Enumerate CIM_ServiceAvailableToElement':
        return '<n:EnumerateResponse><n:EnumerationContext>5E1A0000-0000-0000-0000-000000000000</n:EnumerationContext></n:EnumerateResponse>';
      case 'Pull CIM_ServiceAvailableToElement':
        return `<n:PullResponse><n:Items>${powerInstance(state)}</n:Items><n:EndOfSequence></n:EndOfSequence></n:PullResponse>`;
      case 'Get AMT_SetupAndConfigurationService':
        return '<g:AMT_SetupAndConfigurationService><g:ProvisioningMode>1</g:ProvisioningMode><g:ProvisioningState>2</g:ProvisioningState></g:AMT_SetupAndConfigurationService>';
      case 'Get IPS_HostBasedSetupService':
        return '<g:IPS_HostBasedSetupService><g:CurrentControlMode>2</g:CurrentControlMode></g:IPS_HostBasedSetupService>';
      case 'Get AMT_GeneralSettings':
        return '<g:AMT_GeneralSettings><g:DomainName></g:DomainName><g:HostName>host42</g:HostName></g:AMT_GeneralSettings>';
      case 'Get IPS_PowerManagementService':
        return '<g:IPS_PowerManagementService><g:OSPowerSavingState>3</g:OSPowerSavingState></g:IPS_PowerManagementService>';
      case 'RequestOSPowerSavingStateChange IPS_PowerManagementService':
        return '<g:RequestOSPowerSavingStateChange_OUTPUT><g:ReturnValue>0</g:ReturnValue></g:RequestOSPowerSavingStateChange_OUTPUT>';
      case 'Identify':
        return '<i:IdentifyResponse xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><i:ProductVersion>AMT 15.0.23</i:ProductVersion></i:IdentifyResponse>';
      default:
        return null;
    }
  };
}

/** Answers like a healthy device; classes without a body here are missing. */
export function answerStandard(bodies = standardBodies()): (request: WireRequest) => void {
  return (request) => {
    const asked = askedFor(request);
    const className = asked.split(' ')[1] ?? 'CIM_Thing';
    const relatesTo = messageIdOf(request);
    const body = bodies(asked, request);
    if (body !== null) return send(request, chunkedReply(envelope(body, { className, relatesTo })));
    const fault = envelope(faultBody('DestinationUnreachable', 'No route can be determined.'), {
      className,
      relatesTo,
    });
    return sendAndClose(request, chunkedReply(fault, { status: '400 Bad Request', close: true }));
  };
}
