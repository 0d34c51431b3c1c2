import { describe, expect, test } from '@jest/globals';
import { retryAfterMs, toChatError } from '../../adapters/teams/errors.ts';
import { ChatError } from '../../src/ports/chat.ts';

/** As the SDK throws it: its RestError keeps request and response where loggers do not look, but code does. */
function answered(statusCode: number, code = '', headers: Record<string, string> = {}): Error {
  const error = Object.assign(new Error('the Bot Connector said no'), { name: 'RestError', statusCode });
  const bodyAsText = JSON.stringify({ error: { code, message: 'x' } });
  Object.defineProperty(error, 'response', { value: { bodyAsText, headers: new Headers(headers) }, enumerable: false });
  Object.defineProperty(error, 'request', {
    value: { headers: { authorization: 'Bearer secret' } },
    enumerable: false,
  });
  return error;
}

describe('toChatError', () => {
  test.each([
    [401, 'Unauthorized', 'post', 'token_revoked'],
    [403, 'BotNotInConversationRoster', 'post', 'not_allowed'],
    [403, 'MessageWritesBlocked', 'update', 'not_allowed'],
    [404, 'ConversationNotFound', 'post', 'channel_gone'],
    [404, 'ConversationNotFound', 'update', 'channel_gone'],
    [404, 'ActivityNotFoundInConversation', 'update', 'message_gone'],
    [404, 'MessageNotFound', 'post', 'message_gone'],
    [404, '', 'post', 'channel_gone'],
    [404, '', 'update', 'message_gone'],
    [410, '', 'update', 'message_gone'],
    [400, 'BadSyntax', 'post', 'rejected'],
    [400, 'MessageSizeTooBig', 'post', 'too_large'],
    [413, '', 'post', 'too_large'],
    [429, '', 'post', 'rate_limited'],
    [408, '', 'post', 'platform_down'],
    [412, 'PreconditionFailed', 'post', 'platform_down'],
    [500, '', 'post', 'platform_down'],
    [502, '', 'update', 'platform_down'],
    [503, '', 'post', 'platform_down'],
    [504, '', 'post', 'platform_down'],
    [307, '', 'post', 'rejected'],
  ] as const)('HTTP %i %s of a %s is %s', (status, code, call, expected) => {
    expect(toChatError(answered(status, code), call)).toMatchObject({ name: 'ChatError', code: expected });
  });

  test('no answer is platform_down, a ChatError stays what it is', () => {
    const lost = Object.assign(new Error('read ECONNRESET'), { name: 'RestError', code: 'REQUEST_SEND_ERROR' });
    expect(toChatError(lost, 'post')).toMatchObject({ code: 'platform_down', retriable: true });
    const known = new ChatError('rejected', 'x');
    expect(toChatError(known, 'post')).toBe(known);
    expect(toChatError('thrown text', 'post')).toMatchObject({ code: 'platform_down' });
  });

  test('Retry-After is passed on when it is there', () => {
    expect(toChatError(answered(429, '', { 'Retry-After': '7' }), 'post').retryAfterMs).toBe(7000);
    expect(toChatError(answered(429), 'post').retryAfterMs).toBeNull();
    expect(toChatError(answered(503, '', { 'Retry-After': '2' }), 'post').retryAfterMs).toBe(2000);
  });

  test('Entra saying no is token_revoked, Entra not saying anything is platform_down', () => {
    const no = Object.assign(new Error('AADSTS7000215'), { name: 'ServerError', errorCode: 'invalid_client' });
    expect(toChatError(no, 'post')).toMatchObject({ code: 'token_revoked' });
    const silent = Object.assign(new Error('network'), { name: 'ClientAuthError', errorCode: 'network_error' });
    expect(toChatError(silent, 'post')).toMatchObject({ code: 'platform_down' });
  });

  test('the cause has the sentence, but not the request with the token', () => {
    const { cause, message } = toChatError(answered(403, 'Bot<script>\n'), 'post');
    expect(message).toBe('Teams answered HTTP 403 (Botscript)');
    expect(cause).toMatchObject({ name: 'RestError', message: 'the Bot Connector said no' });
    expect(Object.getOwnPropertyNames(cause)).not.toContain('request');
  });
});

test('retryAfterMs reads seconds and dates', () => {
  const nowMs = Date.UTC(2026, 10, 23, 14, 0, 0);
  expect(retryAfterMs('3', nowMs)).toBe(3000);
  expect(retryAfterMs('Mon, 23 Nov 2026 14:00:10 GMT', nowMs)).toBe(10_000);
  expect(retryAfterMs('Mon, 23 Nov 2026 13:00:00 GMT', nowMs)).toBe(0);
  expect(retryAfterMs('soon', nowMs)).toBeNull();
  expect(retryAfterMs(null, nowMs)).toBeNull();
});
