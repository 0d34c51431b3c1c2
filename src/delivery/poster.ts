import { movedView } from '../messages/digest/moved-view.ts';
import { type ChatAdapter, ChatError, type Platform } from '../ports/chat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Post, PostStore } from '../ports/digests/post-store.ts';
import type { Logger } from '../ports/logger.ts';
import type { TrailEntry } from '../ports/trail/trail-store.ts';

/** One post per place and look: Slack takes about one message per second and channel, Teams seven. */
const lookEveryMs = 1_100;
/** How often a quiet service looks for posts that another process left. */
const sweepEveryMs = 5_000;
/** Longer than an adapter waits for any answer. */
const leaseMs = 120_000;
const postsAtOnce = 20;
/** With a fallback it goes there after so many failures in a row (about 13 minutes of a platform that is down) ... */
const triesBeforeMove = 10;
const longestRetryMs = 5 * 60_000;
/** ... without one it is tried for a day. */
const longestTryMs = 24 * 60 * 60_000;

/**
 * Posts messages that are posted once, each at most once per place. What a platform does not take within the limits goes to the post's
 * fallback, which says so, and into the trail.
 *
 * What can't be promised: Slack and Teams have no key for posts. When the service dies during a call, or the answer to it is lost, the
 * message may be there; it is not posted there again but, with a remark, to the fallback. A platform that answers 5xx is believed not
 * to have posted.
 */
export interface Poster {
  /** There is something new to post. Cheap. */
  touch(): void;
  start(): void;
  /** Posts what is due, within `graceMs`, then stops. What is left waits for the next start. */
  stop(graceMs: number): Promise<void>;
  /** Posts what is due now, one per place; the count. */
  look(): Promise<number>;
}

/** Makes the poster. */
export function createPoster(deps: {
  readonly posts: PostStore;
  readonly chats: ReadonlyMap<Platform, ChatAdapter>;
  readonly clock: Clock;
  readonly logger: Logger;
}): Poster {
  const { posts, chats, clock, logger } = deps;
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<number> | null = null;
  let isStopped = true;

  async function look(): Promise<number> {
    const due = await posts.take(clock.now(), leaseMs, postsAtOnce);
    await Promise.all(due.map(send));
    return due.length;
  }

  async function send(post: Post): Promise<void> {
    const { conversation, view, thread, moved } = post;
    const chat = chats.get(conversation.platform);
    if (!chat) return giveUp(post, 'platform_off');
    if (post.isUnsure && !chat.knowsKeys) return giveUp(post, 'unsure');
    let address: Awaited<ReturnType<ChatAdapter['post']>>;
    try {
      address = await chat.post(conversation, moved ? movedView(view, moved) : view, thread ?? undefined, post.id);
    } catch (error) {
      return failed(post, error, chat.knowsKeys ?? false);
    }
    await posts.posted(post.id, address, clock.now());
  }

  async function failed(post: Post, error: unknown, knowsKeys: boolean): Promise<void> {
    logger.warn({ post: post.id, subject: post.subject, error }, 'a post was not taken');
    if (!(error instanceof ChatError)) return giveUp(post, 'unknown');
    if (error.mayHavePosted && !knowsKeys) return giveUp(post, 'unsure');
    if (!error.retriable) return giveUp(post, error.code);
    const now = clock.now().getTime();
    const waitMs = Math.max(error.retryAfterMs ?? 0, Math.min(longestRetryMs, 1_000 * 2 ** post.failures));
    const isOver = post.fallback
      ? post.failures + 1 >= triesBeforeMove || waitMs > longestTryMs
      : now + waitMs > post.createdAt.getTime() + longestTryMs;
    if (isOver) return giveUp(post, error.code);
    await posts.putOff(post.id, new Date(now + waitMs));
  }

  async function giveUp(post: Post, code: string): Promise<void> {
    const { id, subject, conversation, fallback } = post;
    const { platform, tenant, channel } = conversation;
    const trail: TrailEntry = {
      at: clock.now(),
      kind: 'delivery_failed',
      actor: 'service',
      requestId: null,
      data: {
        ...{ post: id, subject, platform, place: `${tenant}/${channel}`, code, failures: post.failures + 1 },
        movedTo: fallback && `${fallback.platform}:${fallback.tenant}/${fallback.channel}`,
      },
    };
    if (fallback) return posts.move(id, { from: conversation, code }, trail);
    logger.error({ post: id, subject, platform, channel, code }, 'a post could not be delivered anywhere');
    return posts.lose(id, trail);
  }

  function pump(): void {
    timer = null;
    looking = look().catch((error: unknown) => {
      logger.error({ error }, 'posts could not be looked at, trying again');
      return 0;
    });
    void looking.then((count) => {
      looking = null;
      again(count > 0 ? lookEveryMs : sweepEveryMs);
    });
  }

  function again(ms: number): void {
    if (isStopped) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(pump, ms);
  }

  return {
    look,
    touch() {
      if (!looking) again(0);
    },
    start() {
      isStopped = false;
      again(0);
    },
    async stop(graceMs) {
      isStopped = true;
      if (timer) clearTimeout(timer);
      await looking;
      const until = clock.now().getTime() + graceMs;
      while (clock.now().getTime() < until && (await look()) > 0) await clock.sleep(lookEveryMs);
    },
  };
}
