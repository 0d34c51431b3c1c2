import { afterEach, describe, expect, test } from '@jest/globals';
import { endpointAt, errorOf, openGateway, type TestGateway } from './conversation.ts';
import {
  askedFor,
  chunkedReply,
  envelope,
  type Responder,
  sendAndClose,
  standardBodies,
  startWireDevice,
  type WireDevice,
  type WireOptions,
} from './wire-device.ts';

const host = '127.22.5.1';
const open: Array<{ close: () => Promise<void> }> = [];

async function device(respond: Responder, options: Partial<WireOptions> = {}): Promise<WireDevice> {
  const made = await startWireDevice({ host, ...options }, respond);
  open.push(made);
  return made;
}

function opened(options: Parameters<typeof openGateway>[0] = {}): TestGateway {
  const made = openGateway(options);
  open.push(made.gateway);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

describe('replies that are no replies', () => {
  const cases: ReadonlyArray<readonly [string, string, string, RegExp]> = [
    ['not HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'protocol_error', /not HTTP/],
    ['404', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 'protocol_error', /no WS-Management service/],
    ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n', 'not_permitted', /HTTP 403/],
    [
      '303 to the log-on page',
      'HTTP/1.1 303 See Other\r\nLocation: /logon.htm\r\nContent-Length: 0\r\n\r\n',
      'protocol_error',
      /303/,
    ],
    ['200 and nothing', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'protocol_error', /empty/],
    [
      '200 and XML that ends too early',
      chunkedReply('<?xml version="1.0"?><a:Envelope xmlns:a="http'),
      'protocol_error',
      /XML/,
    ],
    [
      '400 with a page: its heading is the evidence',
      'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 64\r\nConnection: close\r\n\r\n' +
        '<h2 class=warn>Bad Request. Missing required parameter "X"</h2>\r\n'.padEnd(64),
      'protocol_error',
      /Missing required parameter/,
    ],
    [
      'the answer to another request',
      chunkedReply(envelope('<g:X><g:PowerState>2</g:PowerState></g:X>', { relatesTo: '999999' })),
      'protocol_error',
      /another request/,
    ],
  ];

  test.each(cases)('%s', async (_name, reply, code, evidence) => {
    await device((request) => sendAndClose(request, reply));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.code).toBe(code);
    expect(error.evidence.join('\n')).toMatch(evidence);
  });

  test('a reply without end is cut off at 1 MiB', async () => {
    await device((request) => {
      request.socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
      for (let count = 0; count < 40; count += 1) request.socket.write(chunk);
    });
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.evidence.join()).toContain('larger than 1048576 bytes');
  });

  test('a reply that drips is cut off', async () => {
    const timers: NodeJS.Timeout[] = [];
    await device((request) => {
      request.socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      timers.push(setInterval(() => request.socket.write('1\r\n \r\n'), 20));
    });
    const { run } = opened({ timeouts: { firstReplyTimeoutMs: 400 } });
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    for (const timer of timers) clearInterval(timer);
    expect(error).toMatchObject({ code: 'connection_dropped' });
    expect(error.evidence[0]).toContain('no end of the reply within');
  });

  test('one-byte segments are put together', async () => {
    const bodies = standardBodies();
    await device(async (request) => {
      const text = chunkedReply(envelope(bodies(askedFor(request), request) ?? ''));
      request.socket.setNoDelay(true);
      for (const byte of text) request.socket.write(byte, 'latin1');
    });
    const { run } = opened();
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
  });
});
