/**
 * Messages as rpc-go writes and reads them: device-management-toolkit/rpc-go, internal/rps/message.go (what is sent, in the order of
 * the struct), internal/rps/rps.go (what is understood).
 */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { farewellMessage, heartbeatMessage, readMessage, requestMessage } from '../../adapters/agent/messages.ts';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

const payload = {
  ver: '16.1.25',
  build: '1424',
  sku: '16392',
  features: 'AMT Pro Corporate',
  uuid: '4c4c4544-0046-3610-8047-b4c04f564433',
  username: '$$OsAdmin',
  password: 'dummy',
  currentMode: 0,
  hostname: 'host1',
  fqdn: 'lab.example',
  client: 'RPC',
  certHashes: ['E7685634EFACF69ACE939A6B255B7B4FABEF42935B50A265ACB5CB6027E44E70', 'not hex'],
  ipConfiguration: { dhcp: true, static: false, ipsync: false, ipAddress: '', netmask: '', gateway: '' },
  hostnameInfo: { dnsSuffixOS: '', hostname: '' },
};

const sent = (method: string, content: unknown, more: object = {}) =>
  JSON.stringify({
    method,
    apiKey: 'key',
    appVersion: '3.0.0',
    protocolVersion: '4.0.0',
    status: 'ok',
    message: 'ok',
    fqdn: '',
    payload: typeof content === 'string' ? content : base64(JSON.stringify(content)),
    tenantId: '',
    ...more,
  });

describe('what agents say', () => {
  test('activate --profile NAME: facts, account, key', () => {
    expect(readMessage(sent('activate --profile desks', payload))).toEqual({
      kind: 'activate',
      key: 'desks',
      account: { user: '$$OsAdmin', password: 'dummy' },
      facts: {
        uuid: payload.uuid,
        amtVersion: '16.1.25',
        controlMode: 'none',
        hostName: 'host1',
        dnsSuffix: 'lab.example',
        rootHashes: ['e7685634efacf69ace939a6b255b7b4fabef42935b50a265acb5cb6027e44e70'],
        localTls: false,
        agentVersion: '3.0.0',
      },
    });
  });

  test('no profile is no key, and -f behind it is none of it', () => {
    expect(readMessage(sent('activate', payload))).toMatchObject({ key: '' });
    expect(readMessage(sent('activate --profile  -f', payload))).toMatchObject({ key: '-f' });
    expect(readMessage(sent('activate --profile desks -f', payload))).toMatchObject({ key: 'desks' });
  });

  test('control modes by number; a list of hashes that Go left empty is null', () => {
    const modes = [0, 1, 2, 7].map((currentMode) =>
      readMessage(sent('activate', { ...payload, currentMode, certHashes: null })),
    );
    expect(modes).toMatchObject(
      ['none', 'client', 'admin', 'unknown'].map((controlMode) => ({ facts: { controlMode, rootHashes: [] } })),
    );
  });

  test('a UUID as sixteen numbers is in the byte order of SMBIOS', () => {
    const uuid = [...Buffer.from('44454c4c460010368047b4c04f564433', 'hex')];
    expect(readMessage(sent('activate', { ...payload, uuid }))).toMatchObject({ facts: { uuid: payload.uuid } });
  });

  test('replies, heartbeats, broken connections', () => {
    expect(readMessage(sent('response', base64('HTTP/1.1 200 OK')))).toEqual({
      kind: 'reply',
      bytes: Buffer.from('HTTP/1.1 200 OK'),
    });
    // The heartbeat comes back as it was sent, with another method and status.
    const beat = { ...z.looseObject({}).parse(JSON.parse(heartbeatMessage())), method: 'heartbeat_response' };
    expect(readMessage(JSON.stringify({ ...beat, status: 'success' }))).toEqual({ kind: 'heartbeat' });
    expect(readMessage(sent('connection_reset', base64('lms_error')))).toEqual({ kind: 'reset' });
  });

  test.each([
    ['no JSON', '{', 'malformed'],
    ['no object', '[]', 'malformed'],
    ['a number for a method', '{"method":1}', 'malformed'],
    ['version 3', sent('activate', payload, { protocolVersion: '3.0.0' }), 'protocol_version'],
    ['a version to come', sent('activate', payload, { protocolVersion: '4.1.0' }), 'protocol_version'],
    ['no version', sent('activate', payload, { protocolVersion: '' }), 'protocol_version'],
    ['deactivate', sent('deactivate --password secret', payload), 'method'],
    ['maintenance', sent('maintenance -password secret --synctime', payload), 'method'],
    ['a payload that is none', sent('activate', 'bm90IGpzb24='), 'malformed'],
    ['no UUID', sent('activate', { ...payload, uuid: 'host1' }), 'uuid'],
    ['a UUID with more behind it', sent('activate', { ...payload, uuid: `${payload.uuid}\n` }), 'uuid'],
  ])('of no use: %s', (_what, text, why) => {
    expect(readMessage(text)).toEqual({ kind: 'unusable', why });
  });
});

describe('what agents are told', () => {
  /** The struct that rpc-go reads into: all texts. */
  const struct = z.strictObject({
    method: z.string(),
    apiKey: z.string(),
    appVersion: z.string(),
    protocolVersion: z.literal('4.0.0'),
    status: z.string(),
    message: z.string(),
    fqdn: z.string(),
    payload: z.string(),
    tenantId: z.string(),
  });
  const read = (text: string) => struct.parse(JSON.parse(text));

  test('a request to AMT travels in base64', () => {
    const message = read(requestMessage(Buffer.from('POST /wsman HTTP/1.1\r\n\r\n')));
    expect(message).toMatchObject({ method: 'wsman', status: 'ok' });
    expect(Buffer.from(message.payload, 'base64').toString()).toBe('POST /wsman HTTP/1.1\r\n\r\n');
  });

  test('heartbeats, success, failure', () => {
    expect(read(heartbeatMessage())).toMatchObject({ method: 'heartbeat_request', payload: '' });
    expect(read(farewellMessage(true, 'Set up'))).toMatchObject({
      method: 'success',
      status: 'success',
      message: '{"Status":"Set up"}',
    });
    expect(read(farewellMessage(false, 'No'))).toMatchObject({
      method: 'error',
      status: 'failed',
      message: '{"Status":"No"}',
    });
  });
});
