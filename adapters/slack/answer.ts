import type { View } from '../../src/messages/view.ts';
import { ChatError, type Invocation } from '../../src/ports/chat.ts';
import { type Delivery, fitting } from './delivery.ts';
import { retryAfterMs, statusError } from './errors.ts';
import type { Arrival } from './payload.ts';
import type { SlackMessage } from './render/render.ts';
import { callTimeoutMs } from './web-client.ts';

/** A response_url takes so many answers (docs.slack.dev, "Handling user interaction"). */
const responseUrlUses = 5;

/**
 * How to answer whoever made this arrive, so that only they see it: by the response_url while it lasts, then as an ephemeral
 * message, then, where we are no member of the channel, in the direct messages between us. A file can't be shown to one person
 * in a channel, so it goes to the direct messages too.
 */
export function answerTo(arrival: Arrival, delivery: Delivery): Invocation['respond'] {
  const { account, conversation, responseUrl, thread } = arrival;
  let usesLeft = responseUrl === null ? 0 : responseUrlUses;

  return async (view) => {
    if (responseUrl !== null && usesLeft > 0) {
      usesLeft -= 1;
      if (await fitting(view, (message) => respond(responseUrl, message, thread))) return fileOf(view);
      usesLeft = 0;
    }
    if (conversation.direct) {
      await delivery.post(conversation, view, threadAddress());
      return;
    }
    try {
      await delivery.postEphemeral(conversation.channel, account.user, view, thread);
    } catch (error) {
      if (!(error instanceof ChatError) || (error.code !== 'not_allowed' && error.code !== 'channel_gone')) throw error;
      return delivery.postDirect(account.user, view);
    }
    return fileOf(view);
  };

  function threadAddress() {
    const { channel } = conversation;
    return thread === null ? undefined : { platform: 'slack' as const, reference: { channel, ts: thread } };
  }

  async function fileOf(view: View): Promise<void> {
    if (view.attachment === undefined) return;
    await delivery.postDirect(account.user, { tone: view.tone, title: view.title, attachment: view.attachment });
  }
}

/** One answer over a response_url; false when it is used up, expired or refuses the answer. */
async function respond(url: string, message: SlackMessage, thread: string | null): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...message,
        response_type: 'ephemeral',
        replace_original: false,
        ...(thread === null ? {} : { thread_ts: thread }),
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    await response.body?.cancel();
  } catch (error) {
    throw new ChatError('platform_down', 'Slack could not be reached', { cause: error });
  }
  if (response.ok) return true;
  if (response.status === 429) {
    const waitMs = retryAfterMs(response.headers.get('retry-after'));
    throw new ChatError('rate_limited', 'Slack limits the rate', waitMs === null ? {} : { retryAfterMs: waitMs });
  }
  if (response.status >= 500) throw statusError(response.status, null);
  return false;
}
