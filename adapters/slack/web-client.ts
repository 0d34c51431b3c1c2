import { webApi } from '@slack/bolt';
import type { Logger } from '../../src/ports/logger.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { retryAfterMs, UntimedRateLimit } from './errors.ts';

/** How we speak to Slack's Web API, for posts as for opening Socket Mode connections. */
export interface WebClientSettings {
  /** Base address of the Web API; undefined: https://slack.com/api/. */
  readonly slackApiUrl: string | undefined;
  readonly logger: Logger;
}

/** Longest wait for one answer. The library's default is to wait forever. */
export const callTimeoutMs = 15_000;

/**
 * Options under which the library makes each call once and says how it ended. Its defaults would repeat a post after a lost
 * answer (which doubles the message), and on a 429 hold back every other call of the process for as long as Slack said.
 */
export function webClientOptions({ slackApiUrl, logger }: WebClientSettings): webApi.WebClientOptions {
  return {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    logger: createBoltLogger(logger),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callTimeoutMs,
    fetch: fetchOnce,
  };
}

/** The library turns a 429 without a usable Retry-After into an error that only its sentence tells apart; ours has a class. */
async function fetchOnce(...call: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...call);
  if (response.status === 429 && retryAfterMs(response.headers.get('retry-after')) === null) {
    await response.body?.cancel();
    throw new UntimedRateLimit();
  }
  return response;
}

/** A client that posts as the bot. */
export function createWebClient(botToken: string, settings: WebClientSettings): webApi.WebClient {
  return new webApi.WebClient(botToken, webClientOptions(settings));
}
