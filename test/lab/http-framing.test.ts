import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { identify, logOn, openWire, post, soap, textOf } from './wire.ts';

/** Framing as recorded from AMT 15.0.23 (device-management-toolkit/rps, its test messages). */
let fleet: Fleet;
const address = '127.21.2.1';
const port = 16992;

beforeAll(async () => {
  fleet = await createFleet({ devices: 2, firstAddress: address, ports: { plain: port, tls: undefined } });
  await fleet.start();
});

afterAll(() => fleet.stop());

const serverLine = 'Server: Intel(R) Active Management Technology 15.0.23.1706';

describe('401', () => {
  test('is letter by letter the recorded one, but for realm and nonce', async () => {
    const wire = await openWire(address, port);
    const reply = await wire.exchange(post(identify));
    const challenge =
      /^WWW-Authenticate: Digest realm="Digest:[0-9A-F]{32}", nonce="[A-Za-z0-9+/]{32}",stale="false",qop="auth"$/;
    expect(reply.head).toEqual([
      'HTTP/1.1 401 Unauthorized',
      expect.stringMatching(challenge),
      'Content-Type: text/html',
      serverLine,
      'Content-Length: 434',
      'Connection: close',
    ]);
    expect(reply.body).toBe(
      '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" ><html lang="en"><head><link rel=stylesheet ' +
        'href=/styles.css><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Intel&reg; Active ' +
        'Management Technology</title></head><body><h1>Intel<sup>&reg;</sup> Active Management Technology</h1><h2 ' +
        'class=warn>Log on failed. Incorrect user name or password, or user account temporarily locked.</h2></body></html>',
    );
  });

  test('closes the connection', async () => {
    const wire = await openWire(address, port);
    await wire.exchange(post(identify));
    await wire.closed;
  });

  test('has a nonce of 24 bytes with six zero ones in the middle', async () => {
    const wire = await openWire(address, port);
    const reply = await wire.exchange(post(identify));
    const nonce = Buffer.from(/nonce="([^"]+)"/.exec(reply.head[1] ?? '')?.[1] ?? '', 'base64');
    expect(nonce).toHaveLength(24);
    expect(nonce.subarray(6, 12)).toEqual(Buffer.alloc(6));
  });

  test('keeps its realm and changes its nonce', async () => {
    const lines: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const wire = await openWire(address, port);
      lines.push((await wire.exchange(post(identify))).head[1] ?? '');
    }
    const realms = lines.map((line) => /realm="([^"]+)"/.exec(line)?.[1]);
    expect(realms[0]).toBe(realms[1]);
    expect(realms[0]).toBe(fleet.device('host1').realm);
    expect(lines[0]).not.toBe(lines[1]);
  });
});

describe('200', () => {
  test('has the recorded headers in their order and stays open', async () => {
    const session = await logOn(address, { port });
    const reply = await session.send(identify);
    expect(reply.head).toEqual([
      'HTTP/1.1 200 OK',
      expect.stringMatching(/^Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/),
      serverLine,
      'X-Frame-Options: DENY',
      'Content-Type: application/soap+xml; charset=UTF-8',
      'Transfer-Encoding: chunked',
    ]);
    expect((await session.send(identify)).status).toBe(200);
    session.close();
  });

  test('is chunked in blocks of 762 bytes, the first shared with the head: 0220, 02FA, ...', async () => {
    const session = await logOn(address, { port });
    const reply = await session.send(soap({ className: 'AMT_GeneralSettings', operation: 'Get' }));
    expect(reply.chunks.slice(0, 3)).toEqual(['0220', '02FA', '02FA']);
    expect(reply.chunks).toHaveLength(4);
    expect(reply.chunks[3]).toMatch(/^0[0-9A-F]{3}$/);
    expect(reply.body.slice(0, 544)).toMatch(/XMLSchema-ins$/);
    session.close();
  });

  test('begins with the recorded namespaces, prefixes and header', async () => {
    const session = await logOn(address, { port });
    const reply = await session.send(soap({ className: 'AMT_GeneralSettings', operation: 'Get', messageId: '7' }));
    const uri = 'http://intel.com/wbem/wscim/1/amt-schema/1/AMT_GeneralSettings';
    const anonymous = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';
    const recorded =
      '<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope" ' +
      'xmlns:b="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:c="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" ' +
      'xmlns:d="http://schemas.xmlsoap.org/ws/2005/02/trust" ' +
      'xmlns:e="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" ' +
      'xmlns:f="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" ' +
      `xmlns:g="${uri}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a:Header><b:To>${anonymous}</b:To>` +
      '<b:RelatesTo>7</b:RelatesTo><b:Action a:mustUnderstand="true">' +
      'http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse</b:Action><b:MessageID>';
    expect(reply.body.slice(0, recorded.length)).toBe(recorded);
    const rest = reply.body.slice(recorded.length);
    expect(rest).toMatch(/^uuid:00000000-8086-8086-8086-[0-9A-F]{12}<\/b:MessageID><c:ResourceURI>/);
    expect(rest.slice(rest.indexOf('<c:ResourceURI>'))).toMatch(
      new RegExp(
        `^<c:ResourceURI>${uri}</c:ResourceURI></a:Header><a:Body><g:AMT_GeneralSettings><g:AMTNetworkEnabled>`,
      ),
    );
    session.close();
  });

  test('counts its MessageID up in hexadecimal', async () => {
    const session = await logOn(address, { port });
    const ids: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const reply = await session.send(soap({ className: 'AMT_GeneralSettings', operation: 'Get' }));
      ids.push(Number.parseInt(textOf(reply.body, 'MessageID')?.slice(-12) ?? '', 16));
    }
    expect(ids).toEqual(ids.map((_, n) => (ids[0] ?? 0) + n));
    session.close();
  });
});

describe('400', () => {
  test('with a SOAP fault has the recorded envelope in one chunk and closes', async () => {
    const session = await logOn(address, { port });
    const reply = await session.send(soap({ className: 'AMT_NoSuchClass', operation: 'Get', messageId: '31' }));
    expect(reply.status).toBe(400);
    expect(reply.head).toContain('Transfer-Encoding: chunked');
    expect(reply.head).toContain('Connection: close');
    expect(reply.chunks).toHaveLength(1);
    const begin =
      '<?xml version="1.0" encoding="UTF-8"?><a:Envelope xmlns:g="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" ' +
      'xmlns:f="http://schemas.xmlsoap.org/ws/2004/08/eventing" xmlns:e="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" ' +
      'xmlns:d="http://schemas.xmlsoap.org/ws/2004/09/transfer" xmlns:c="http://schemas.xmlsoap.org/ws/2004/09/enumeration" ';
    expect(reply.body.slice(0, begin.length)).toBe(begin);
    expect(textOf(reply.body, 'RelatesTo')).toBe('31');
    expect(reply.body).toContain(
      '<a:Body><a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>b:DestinationUnreachable</a:Value>' +
        '</a:Subcode></a:Code><a:Reason><a:Text xml:lang="en-US">',
    );
    expect(reply.body).toMatch(/<a:Detail><\/a:Detail><\/a:Fault><\/a:Body><\/a:Envelope>$/);
    await session.wire.closed;
  });

  test('answers bytes that are no HTTP with a page and closes', async () => {
    const wire = await openWire(address, port);
    const reply = await wire.exchange('nonsense\r\n\r\n');
    expect(reply.head[0]).toBe('HTTP/1.1 400 Bad Request');
    await wire.closed;
  });
});

describe('requests', () => {
  test('GET / leads to the log-on page', async () => {
    const wire = await openWire(address, port);
    const reply = await wire.exchange('GET / HTTP/1.1\r\nHost: lab\r\n\r\n');
    expect(reply.status).toBe(303);
    expect(reply.head).toContain('Location: /logon.htm');
  });

  test('may come in pieces', async () => {
    const session = await logOn(address, { port });
    const first = await session.send(identify);
    expect(first.status).toBe(200);
    session.close();
    const wire = await openWire(address, port);
    const whole = post(identify);
    const pieces = [whole.slice(0, 10), whole.slice(10, 120), whole.slice(120, -5)];
    for (const piece of pieces) {
      wire.socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await wire.exchange(whole.slice(-5))).status).toBe(401);
  });

  test('may be chunked', async () => {
    const wire = await openWire(address, port);
    const head = 'POST /wsman HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect((await wire.exchange(`${head}5\r\nhello\r\n0\r\n\r\n`)).status).toBe(401);
  });

  test('beyond the few sockets of a device are reset', async () => {
    const wires = await Promise.all(Array.from({ length: 6 }, () => openWire('127.21.2.2', port)));
    const seventh = await openWire('127.21.2.2', port);
    await seventh.closed;
    expect(fleet.device('host2').counters.surplusConnections).toBe(1);
    for (const wire of wires) wire.close();
    await Promise.all(wires.map((wire) => wire.closed));
  });
});
