import type { Device } from '../device.ts';
import { issueNonce } from './nonces.ts';

/** What goes back on the wire. */
export interface HttpReply {
  readonly bytes: Buffer;
  /** The device closes the connection after it. */
  readonly closes: boolean;
}

/**
 * The firmware fills blocks of this size; head and first chunk share the first one. Seen in a recorded reply: head
 * 218, chunks 0220 (544), 02FA (762), 02FA, 003C. `[capture]` */
const blockBytes = 762;

const soapType = 'application/soap+xml; charset=UTF-8';

/** Server as recorded: `Intel(R) Active Management Technology 15.0.23.1706`. `[capture]` */
const serverName = (device: Device): string =>
  `Intel(R) Active Management Technology ${device.persona.version}.${device.persona.build}`;

let dateSecond = 0;
let dateText = '';

function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}

/** 200 with a SOAP envelope: header order and chunk pattern as recorded `[capture]`; the connection stays open. */
export function okReply(device: Device, envelope: string): HttpReply {
  const head =
    `HTTP/1.1 200 OK\r\nDate: ${httpDate()}\r\nServer: ${serverName(device)}\r\nX-Frame-Options: DENY\r\n` +
    `Content-Type: ${soapType}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  return { bytes: chunked(head, envelope, blockBytes - head.length), closes: false };
}

/**
 * A SOAP fault: one chunk, as the recorded fault body has it `[capture]`, then the connection is closed. Its head
 * was not recorded: order as in the 200 `[guess]`.
 */
export function faultReply(
  device: Device,
  status: '400 Bad Request' | '500 Internal Server Error',
  envelope: string,
): HttpReply {
  const head =
    `HTTP/1.1 ${status}\r\nDate: ${httpDate()}\r\nServer: ${serverName(device)}\r\nX-Frame-Options: DENY\r\n` +
    `Content-Type: ${soapType}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  return { bytes: chunked(head, envelope, 0xffff), closes: true };
}

function chunked(head: string, body: string, firstBytes: number): Buffer {
  const content = Buffer.from(body, 'utf8');
  const parts: Uint8Array[] = [Buffer.from(head, 'latin1')];
  let room = Math.max(1, firstBytes);
  for (let at = 0; at < content.length; ) {
    const size = Math.min(room, content.length - at);
    parts.push(Buffer.from(`${size.toString(16).toUpperCase().padStart(4, '0')}\r\n`, 'latin1'));
    parts.push(content.subarray(at, at + size), lineEnd);
    at += size;
    room = blockBytes;
  }
  parts.push(lastChunk);
  return Buffer.concat(parts);
}

const lineEnd = Buffer.from('\r\n', 'latin1');
const lastChunk = Buffer.from('0\r\n\r\n', 'latin1');

/** Page of the firmware's own web server with a sentence in it, letter by letter. `[capture]` */
const page = (sentence: string): string =>
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" ><html lang="en"><head><link rel=stylesheet ' +
  'href=/styles.css><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Intel&reg; Active Management ' +
  'Technology</title></head><body><h1>Intel<sup>&reg;</sup> Active Management Technology</h1><h2 class=warn>' +
  `${sentence}</h2></body></html>`;

const unauthorizedPage = page('Log on failed. Incorrect user name or password, or user account temporarily locked.');

/** 401 with a fresh nonce, letter by letter as recorded, missing blanks after the commas included. `[capture]` */
export function unauthorizedReply(device: Device): HttpReply {
  const nonce = issueNonce(device.nonces);
  return closing(
    `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="${device.realm}", nonce="${nonce}",stale="false",` +
      `qop="${device.persona.qop}"\r\nContent-Type: text/html\r\nServer: ${serverName(device)}\r\n`,
    unauthorizedPage,
  );
}

/** 400 with a page, as recorded for a request that lacks something. `[capture]` */
export function badRequestReply(device: Device, sentence: string): HttpReply {
  return closing(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nServer: ${serverName(device)}\r\n`,
    page(sentence),
  );
}

/**
 * 400 without a body: reported of overloaded firmware (toolkit MPS issue 661). Its head was not recorded. `[guess]`
 */
export function emptyBadRequestReply(device: Device): HttpReply {
  return closing(`HTTP/1.1 400 Bad Request\r\nServer: ${serverName(device)}\r\n`, '');
}

/** 404 for anything the firmware's web server does not have. `[guess]` */
export function notFoundReply(device: Device): HttpReply {
  return closing(
    `HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nServer: ${serverName(device)}\r\n`,
    page('The requested page does not exist.'),
  );
}

/** GET / leads to the log-on page: status and Location are known from the guide's web UI, the rest is a `[guess]`. */
export function logonRedirectReply(device: Device): HttpReply {
  return closing(`HTTP/1.1 303 See Other\r\nLocation: /logon.htm\r\nServer: ${serverName(device)}\r\n`, '');
}

/** The log-on page. `[guess]` */
export function logonPageReply(device: Device): HttpReply {
  return closing(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nServer: ${serverName(device)}\r\n`, page('Log on'));
}

function closing(head: string, body: string): HttpReply {
  const length = Buffer.byteLength(body, 'latin1');
  return {
    bytes: Buffer.from(`${head}Content-Length: ${length}\r\nConnection: close\r\n\r\n${body}`, 'latin1'),
    closes: true,
  };
}
