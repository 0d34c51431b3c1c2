import { describe, expect, test } from '@jest/globals';
import { isTrustedService, placeOf, readReference, teamsServiceHosts } from '../../adapters/teams/reference.ts';

describe('isTrustedService', () => {
  test.each([
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/teams',
    'https://SMBA.trafficmanager.net/amer/11111111-2222-4333-8444-555555555555/',
    'https://smba.infra.gcc.teams.microsoft.com/teams',
  ])('%s is one', (url) => expect(isTrustedService(url, teamsServiceHosts, false)).toBe(true));

  test.each([
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net:8443/emea/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://evil.example/smba.trafficmanager.net/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://user:pass@smba.trafficmanager.net/',
    'https://x.smba.trafficmanager.net/',
    'https://127.0.0.1/',
    'not a url',
    '',
  ])('%s is not', (url) => expect(isTrustedService(url, teamsServiceHosts, false)).toBe(false));

  test('without a token this machine is, and nothing else', () => {
    const loopback = (url: string) => isTrustedService(url, teamsServiceHosts, true);
    for (const url of ['http://127.0.0.1:56150/', 'http://localhost:1/x', 'https://[::1]/', 'http://127.8.9.10/']) {
      expect(loopback(url)).toBe(true);
    }
    for (const url of [
      'https://smba.trafficmanager.net/',
      'http://127.0.0.1.evil.example/',
      'http://10.0.0.1/',
      'file:///etc',
    ]) {
      expect(loopback(url)).toBe(false);
    }
  });
});

test('a place is a conversation without its thread', () => {
  expect(placeOf('19:abc@thread.tacv2;messageid=17')).toBe('19:abc@thread.tacv2');
  expect(placeOf('a:1abc')).toBe('a:1abc');
});

test('a record written by hand is known for a channel or a chat by its id', () => {
  const record = {
    channelId: 'msteams',
    serviceUrl: 'https://smba.trafficmanager.net/teams/',
    tenantId: 't',
    botId: '28:x',
  };
  const kind = (conversationId: string) => readReference({ ...record, conversationId }).kind;
  expect(kind('19:abc@thread.tacv2;messageid=17')).toBe('channel');
  expect(kind('19:abc@thread.skype')).toBe('channel');
  expect(kind('19:meeting_abc@thread.v2')).toBe('chat');
  expect(kind('a:1abc')).toBe('chat');
  expect(readReference({ ...record, conversationId: 'odd', kind: 'channel' }).kind).toBe('channel');
});

test('a record of another platform is no address', () => {
  expect(() => readReference({ channel: 'C1', ts: '1' })).toThrow('not one of Teams');
  expect(() => readReference({})).toThrow(expect.objectContaining({ code: 'rejected' }));
});
