import { z } from 'zod';
import { ChatError, type ChatErrorCode } from '../../src/ports/chat.ts';

/** What is wrong with the settings for Teams, each with what to do. */
const setupErrors = {
  ERR_TEAMS_NO_APP_ID:
    'Teams needs the app id of the bot (a GUID). Without it anybody who reaches this service could give commands; for work ' +
    'on this machine alone there is the development flag allowUnauthenticated.',
  ERR_TEAMS_NO_TENANT: 'Teams needs the id (a GUID) of at least one tenant whose members may use it.',
  ERR_TEAMS_NO_PASSWORD: 'Teams needs the client secret of the bot, unless it is a UserAssignedMSI.',
} as const;

/** Stable code of a TeamsSetupError. */
export type TeamsSetupCode = keyof typeof setupErrors;

/** The adapter can't be made with these settings. */
export class TeamsSetupError extends Error {
  readonly code: TeamsSetupCode;

  constructor(code: TeamsSetupCode) {
    super(setupErrors[code]);
    this.name = 'TeamsSetupError';
    this.code = code;
  }
}

/** What was being done, for Teams says 404 of messages and of conversations alike. */
export type Call = 'post' | 'update';

/** What the SDK throws when the Bot Connector answered with an error, or did not answer. */
const connectorFailure = z.object({
  statusCode: z.number(),
  response: z.object({ bodyAsText: z.string().nullish(), headers: z.unknown() }).nullish(),
});

const connectorAnswer = z.object({ error: z.object({ code: z.string() }) });

/** What the SDK throws when no token was to be had from Microsoft Entra (MSAL error names and codes). */
const tokenFailure = z.object({ name: z.enum(['ServerError', 'InteractionRequiredAuthError']), errorCode: z.string() });

/**
 * Any failure of a call to Teams as a ChatError. The cause keeps the foreign error's name and sentence only: the object itself
 * holds the request, and with it the token. `nowMs` is for a `Retry-After` that is a date.
 */
export function toChatError(error: unknown, call: Call, nowMs: number = Date.now()): ChatError {
  if (error instanceof ChatError) return error;
  const cause = plainCause(error);
  const failure = connectorFailure.safeParse(error);
  if (!failure.success) {
    const token = tokenFailure.safeParse(error);
    return token.success
      ? new ChatError('token_revoked', `Entra gave no token (${shortCode(token.data.errorCode)})`, { cause })
      : new ChatError('platform_down', 'Teams could not be reached', { cause, mayHavePosted: !isUnreached(error) });
  }
  const { statusCode, response } = failure.data;
  const code = answerCode(response?.bodyAsText);
  const retryAfter = retryAfterMs(headerOf(response?.headers, 'retry-after'), nowMs);
  const named = code === '' ? '' : ` (${code})`;
  return new ChatError(codeOf(statusCode, code, call), `Teams answered HTTP ${statusCode}${named}`, {
    cause,
    ...(retryAfter === null ? {} : { retryAfterMs: retryAfter }),
  });
}

/** Microsoft Teams documentation, "Status codes from bot conversational APIs". 412 is a passing conflict there. */
function codeOf(status: number, code: string, call: Call): ChatErrorCode {
  if (status === 401) return 'token_revoked';
  if (status === 403) return 'not_allowed';
  if (status === 404 || status === 410) {
    if (/activity|message/i.test(code)) return 'message_gone';
    if (/conversation|channel/i.test(code)) return 'channel_gone';
    return call === 'update' ? 'message_gone' : 'channel_gone';
  }
  if (status === 413 || /toobig|toolarge/i.test(code)) return 'too_large';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 412 || status >= 500) return 'platform_down';
  return 'rejected';
}

function answerCode(body: string | null | undefined): string {
  try {
    return shortCode(connectorAnswer.parse(JSON.parse(body ?? '')).error.code);
  } catch {
    return '';
  }
}

function shortCode(code: string): string {
  return code.replace(/\W/g, '').slice(0, 60);
}

const headers = z.custom<{ get(name: string): unknown }>(
  (value) => typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function',
);

function headerOf(from: unknown, name: string): string | null {
  const parsed = headers.safeParse(from);
  const value = parsed.success ? parsed.data.get(name) : undefined;
  return typeof value === 'string' ? value : null;
}

/** `Retry-After`, seconds or an HTTP date, in milliseconds from now; null when it is missing or neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

/** Failures before a connection stood, by Node's codes: nothing was sent. */
const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The SDK's client keeps the code of what it met, its own is `REQUEST_SEND_ERROR`. */
function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const named = [...unreached].some((code) => error.message.includes(code));
  return named || ('code' in error && unreached.has(String(error.code))) || isUnreached(error.cause);
}

function plainCause(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('not an Error');
  const cause = new Error(error.message);
  cause.name = error.name;
  return cause;
}
