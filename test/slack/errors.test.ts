import { describe, expect, test } from '@jest/globals';
import { webApi } from '@slack/bolt';
import { toChatError } from '../../adapters/slack/errors.ts';
import { createSlackAdapter } from '../../adapters/slack/index.ts';

const platformError = (error: string) => toChatError(new webApi.WebAPIPlatformError({ ok: false, error }));

describe('errors of Slack', () => {
  test.each([
    ['channel_not_found', 'channel_gone'],
    ['is_archived', 'channel_gone'],
    ['message_not_found', 'message_gone'],
    ['edit_window_closed', 'message_gone'],
    ['not_in_channel', 'not_allowed'],
    ['missing_scope', 'not_allowed'],
    ['invalid_auth', 'token_revoked'],
    ['token_revoked', 'token_revoked'],
    ['account_inactive', 'token_revoked'],
    ['msg_blocks_too_long', 'too_large'],
    ['msg_too_long', 'too_large'],
    ['ratelimited', 'rate_limited'],
    ['fatal_error', 'platform_down'],
    ['invalid_blocks', 'rejected'],
    ['constructor', 'rejected'],
    ['something_new', 'rejected'],
  ])('%s is %s', (error, code) => {
    expect(platformError(error)).toMatchObject({ code, retryAfterMs: null, message: `Slack answered ${error}` });
  });

  test.each([
    [500, 'platform_down'],
    [503, 'platform_down'],
    [413, 'too_large'],
    [404, 'rejected'],
  ])('HTTP %i is %s', (status, code) => {
    expect(toChatError(new webApi.WebAPIHTTPError(status, 'x', {})).code).toBe(code);
  });

  test('the cause is kept', () => {
    const cause = new Error('anything');
    expect(toChatError(cause)).toMatchObject({ code: 'rejected', cause });
  });
});

test('a Slack that nobody can connect to has not posted; one that was reached may have', () => {
  const lost = (code: string) => {
    const original = new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
    return toChatError(new webApi.WebAPIRequestError(original));
  };
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])
    expect(lost(code)).toMatchObject({ code: 'platform_down', mayHavePosted: false });
  for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'])
    expect(lost(code)).toMatchObject({ code: 'platform_down', mayHavePosted: true });
});

describe('settings', () => {
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const complete = { mode: 'socket', botToken: 'xoxb-1', appToken: 'xapp-1', teamIds: ['T1'], logger } as const;

  test.each([
    ['without a workspace nobody is listened to, so it does not start', { ...complete, teamIds: [] }, /workspace/],
    ['Socket Mode needs its token', { ...complete, appToken: '' }, /app-level token/],
    [
      'HTTP needs the signing secret, or anybody could send',
      { ...complete, mode: 'http', signingSecret: '' } as const,
      /signing secret/,
    ],
    ['HTTP needs a server', { ...complete, mode: 'http', signingSecret: 's' } as const, /public server/],
    ['the bot token is needed', { ...complete, botToken: '' }, /bot token/],
  ])('%s', (_name, options, message) => {
    expect(() => createSlackAdapter(options)).toThrow(message);
  });
});
