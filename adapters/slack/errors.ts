import { webApi } from '@slack/bolt';
import { ChatError, type ChatErrorCode } from '../../src/ports/chat.ts';

/** Slack answered 429 and named no time, or one that is not a number of seconds. */
export class UntimedRateLimit extends Error {
  constructor() {
    super('Slack limits the rate and names no time');
    this.name = 'UntimedRateLimit';
  }
}

/** What Slack's error codes mean for a post or an edit (docs.slack.dev, chat.postMessage, chat.update, chat.postEphemeral). */
const codes: ReadonlyMap<string, ChatErrorCode> = new Map(
  Object.entries<ChatErrorCode>({
    channel_not_found: 'channel_gone',
    is_archived: 'channel_gone',
    message_not_found: 'message_gone',
    thread_not_found: 'message_gone',
    edit_window_closed: 'message_gone',
    cant_update_message: 'not_allowed',
    not_in_channel: 'not_allowed',
    user_not_in_channel: 'not_allowed',
    restricted_action: 'not_allowed',
    restricted_action_read_only_channel: 'not_allowed',
    restricted_action_thread_only_channel: 'not_allowed',
    missing_scope: 'not_allowed',
    no_permission: 'not_allowed',
    access_denied: 'not_allowed',
    ekm_access_denied: 'not_allowed',
    team_access_not_granted: 'not_allowed',
    not_allowed_token_type: 'not_allowed',
    token_revoked: 'token_revoked',
    token_expired: 'token_revoked',
    invalid_auth: 'token_revoked',
    not_authed: 'token_revoked',
    account_inactive: 'token_revoked',
    msg_too_long: 'too_large',
    msg_blocks_too_long: 'too_large',
    ratelimited: 'rate_limited',
    rate_limited: 'rate_limited',
    message_limit_exceeded: 'rate_limited',
    internal_error: 'platform_down',
    fatal_error: 'platform_down',
    service_unavailable: 'platform_down',
    request_timeout: 'platform_down',
    team_added_to_org: 'platform_down',
  }),
);

/** Any failure of a call to Slack as a ChatError; the foreign error stays as `cause`. No message carries a token or an address. */
export function toChatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return new ChatError('rate_limited', 'Slack limits the rate', {
      cause: error,
      retryAfterMs: error.retryAfter * 1000,
    });
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    return new ChatError(codes.get(error.data.error) ?? 'rejected', `Slack answered ${error.data.error}`, {
      cause: error,
    });
  }
  if (error instanceof webApi.WebAPIHTTPError) return statusError(error.statusCode, error);
  if (error instanceof webApi.WebAPIRequestError) {
    if (error.original instanceof UntimedRateLimit) {
      return new ChatError('rate_limited', error.original.message, { cause: error });
    }
    return new ChatError('platform_down', 'Slack could not be reached', {
      cause: error,
      mayHavePosted: !isUnreached(error.original),
    });
  }
  return new ChatError('rejected', 'the call to Slack failed', { cause: error });
}

/** Failures before a connection stood, by Node's codes: nothing was sent. */
const unreached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isUnreached(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return ('code' in error && unreached.has(String(error.code))) || ('cause' in error && isUnreached(error.cause));
}

/** The ChatError of an HTTP status that is not 2xx. */
export function statusError(status: number, cause: unknown): ChatError {
  const said = `Slack answered HTTP ${status}`;
  if (status >= 500) return new ChatError('platform_down', said, { cause });
  if (status === 413) return new ChatError('too_large', said, { cause });
  return new ChatError('rejected', said, { cause });
}

/** `Retry-After` in milliseconds; null when it is missing or not a number of seconds. */
export function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header.trim()) ? Number(header) * 1000 : null;
}
