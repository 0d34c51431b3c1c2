import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { shortLine } from '../../src/messages/plain-text.ts';
import type { Picture, View } from '../../src/messages/view.ts';
import { ChatError, type Conversation, type MessageAddress } from '../../src/ports/chat.ts';
import type { Logger } from '../../src/ports/logger.ts';
import { toChatError } from './errors.ts';
import { messageReference } from './payload.ts';
import { renderSlackMessage, type SlackMessage, slackLimits } from './render/render.ts';

/** Puts views on Slack. Every method rejects with ChatError, and calls Slack once: whether to try again is the core's to say. */
export interface Delivery {
  post(conversation: Conversation, view: View, thread?: MessageAddress): Promise<MessageAddress>;
  update(address: MessageAddress, view: View): Promise<void>;
  /** Shows a view to one person in a channel, in a thread when one is given. */
  postEphemeral(channel: string, user: string, view: View, thread: string | null): Promise<void>;
  /** Posts to the direct messages between us and this person. */
  postDirect(user: string, view: View): Promise<void>;
}

/** Nothing in a message is looked through for names or links; chat.update would do so by default, unlike chat.postMessage. */
const literal = { parse: 'none', link_names: false } as const;
const quiet = { ...literal, unfurl_links: false, unfurl_media: false } as const;

/**
 * A fresh upload is unknown to messages for a moment, which Slack answers with `invalid_blocks` (docs.slack.dev: uploads are
 * completed asynchronously; github.com/slackapi/python-slack-sdk, issue 1521). Waits before the tries after the first.
 */
const pictureWaitsMs = [500, 1_000, 2_000] as const;

/** Delivery with this client. A failed upload is logged and leaves the message as it is. */
export function createDelivery(
  client: webApi.WebClient,
  logger: Logger,
  sleep: (ms: number) => Promise<unknown> = setTimeout,
): Delivery {
  const uploaded = createRecent(500);

  const send = async (channel: string, view: View, thread: string | null): Promise<MessageAddress> => {
    const { sent, pictureShown } = await withPicture(view, (message) =>
      client.chat.postMessage({ channel, ...message, ...quiet, ...(thread === null ? {} : { thread_ts: thread }) }),
    );
    if (sent.channel === undefined || sent.ts === undefined) {
      throw new ChatError('rejected', 'Slack took the message but did not say where it is');
    }
    const address: MessageAddress = { platform: 'slack', reference: messageReference(sent.channel, sent.ts, thread) };
    await uploadFiles(address, view, pictureShown);
    return address;
  };

  /** Sends a view with its picture in it. When Slack does not take that, without: it goes into the thread then. */
  const withPicture = async <T>(view: View, sendOnce: (message: SlackMessage) => Promise<T>) => {
    const pictureId = view.picture === undefined ? null : await keepPicture(view.picture);
    for (const waitMs of pictureId === null ? [] : [...pictureWaitsMs, null]) {
      try {
        return { sent: await fitting(view, sendOnce, pictureId), pictureShown: true };
      } catch (error) {
        if (!isInvalidBlocks(error)) throw error;
        if (waitMs !== null) await sleep(waitMs);
      }
    }
    return { sent: await fitting(view, sendOnce), pictureShown: false };
  };

  /** Uploads a picture that no channel shows yet; null when that failed. */
  const keepPicture = async (picture: Picture): Promise<string | null> => {
    const filename = shortLine(picture.name, 100);
    try {
      const { files } = await client.filesUploadV2({
        filename,
        title: filename,
        alt_text: shortLine(picture.alt, 1_000),
        file: Buffer.from(picture.base64, 'base64'),
      });
      return files[0]?.files?.[0]?.id ?? null;
    } catch (error) {
      logger.warn({ file: filename, error: toChatError(error) }, 'a picture could not be uploaded to Slack');
      return null;
    }
  };

  const uploadFiles = async (address: MessageAddress, view: View, pictureShown: boolean): Promise<void> => {
    const { attachment, picture } = view;
    if (picture !== undefined && !pictureShown)
      await upload(address, picture.name, picture.base64, Buffer.from(picture.base64, 'base64'));
    if (attachment !== undefined && attachment.content !== '')
      await upload(address, attachment.name, attachment.content, Buffer.from(attachment.content));
  };

  /** Into the message's thread: a file can't become part of a message of blocks. */
  const upload = async (address: MessageAddress, name: string, content: string, file: Buffer): Promise<void> => {
    const { channel, ts, thread } = place(address);
    const mark = createHash('sha256').update(`${channel}\n${ts}\n${name}\n${content}`).digest('hex');
    if (!uploaded.add(mark)) return;
    const filename = shortLine(name, 100);
    try {
      await client.filesUploadV2({ channel_id: channel, thread_ts: thread ?? ts, filename, title: filename, file });
    } catch (error) {
      uploaded.remove(mark);
      logger.warn(
        { file: filename, error: toChatError(error) },
        'the file of a message could not be uploaded to Slack',
      );
    }
  };

  return {
    post: (conversation, view, thread) => {
      if (thread === undefined) return send(conversation.reference.channel ?? conversation.channel, view, null);
      const top = place(thread);
      return send(top.channel, view, top.thread ?? top.ts);
    },
    update: async (address, view) => {
      const { channel, ts } = place(address);
      const { pictureShown } = await withPicture(view, (message) =>
        client.chat.update({ channel, ts, ...message, ...literal }),
      );
      await uploadFiles(address, view, pictureShown);
    },
    postEphemeral: async (channel, user, view, thread) => {
      await fitting(view, (message) =>
        client.chat.postEphemeral({
          channel,
          user,
          ...message,
          ...literal,
          ...(thread === null ? {} : { thread_ts: thread }),
        }),
      );
    },
    postDirect: async (user, view) => {
      await send(user, view, null);
    },
  };
}

function isInvalidBlocks(error: unknown): boolean {
  const { cause } = toChatError(error);
  return cause instanceof webApi.WebAPIPlatformError && cause.data.error.startsWith('invalid_blocks');
}

/**
 * Sends a view; once more at half the size when Slack finds it too large, for its limit on all blocks together is not
 * documented. A refused message is not posted, so this doubles nothing.
 */
export async function fitting<T>(
  view: View,
  sendOnce: (message: SlackMessage) => Promise<T>,
  pictureId: string | null = null,
): Promise<T> {
  try {
    return await sendOnce(renderSlackMessage(view, { pictureId }));
  } catch (error) {
    if (toChatError(error).code !== 'too_large') throw toChatError(error);
  }
  try {
    return await sendOnce(renderSlackMessage(view, { pictureId, mostChars: slackLimits.blocksJsonChars / 2 }));
  } catch (error) {
    throw toChatError(error);
  }
}

/** Reads a message address back; one that is not ours is refused. */
function place(address: MessageAddress): { channel: string; ts: string; thread: string | undefined } {
  const { channel, ts, thread } = address.reference;
  if (address.platform !== 'slack' || channel === undefined || ts === undefined) {
    throw new ChatError('rejected', 'this is not the address of a Slack message');
  }
  return { channel, ts, thread };
}

/** Remembers the last `most` marks, so that an edit repeated by the core does not upload its file again. */
function createRecent(most: number) {
  const marks = new Set<string>();
  return {
    /** False when it is there already. */
    add: (mark: string): boolean => {
      if (marks.has(mark)) return false;
      marks.add(mark);
      const [oldest] = marks;
      if (marks.size > most && oldest !== undefined) marks.delete(oldest);
      return true;
    },
    remove: (mark: string): void => {
      marks.delete(mark);
    },
  };
}
