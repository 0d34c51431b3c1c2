import type { View } from '../../src/messages/view.ts';
import {
  type ChatAdapter,
  ChatError,
  type Conversation,
  type MessageAddress,
  type Platform,
} from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** A message that a fake platform shows. */
export interface Posted {
  readonly channel: string;
  readonly view: View;
  readonly thread: MessageAddress | null;
  readonly at: number;
}

/**
 * A platform with the limits of one: one message per second and channel (else 429 with Retry-After), no posts to archived channels or
 * with a revoked token, and no memory of keys unless it is told to have one. `dies` takes the message and never answers.
 */
export function createFakePlatform(platform: Platform, clock: Clock, options: { readonly knowsKeys?: boolean } = {}) {
  const shown: Posted[] = [];
  const keys = new Map<string, MessageAddress>();
  const lastAt = new Map<string, number>();
  const archived = new Set<string>();
  const failing: (Error | 'lost answer' | 'dies')[] = [];
  let calls = 0;

  const post: ChatAdapter['post'] = async (conversation, view, thread, key = '') => {
    calls += 1;
    const { channel } = conversation;
    const now = clock.now().getTime();
    const fault = failing.shift();
    if (fault instanceof Error) throw fault;
    if (archived.has(channel)) throw new ChatError('channel_gone', 'is_archived');
    const known = options.knowsKeys ? keys.get(key) : undefined;
    if (known) return known;
    if (now - (lastAt.get(channel) ?? Number.NEGATIVE_INFINITY) < 1_000)
      throw new ChatError('rate_limited', 'ratelimited', { retryAfterMs: 1_000 });
    lastAt.set(channel, now);
    shown.push({ channel, view, thread: thread ?? null, at: now });
    const address = { platform, reference: { channel, number: String(shown.length) } };
    keys.set(key, address);
    if (fault === 'lost answer') throw new ChatError('platform_down', 'reset', { mayHavePosted: true });
    if (fault === 'dies') return new Promise(() => {});
    return address;
  };
  const adapter: ChatAdapter = {
    platform,
    ...(options.knowsKeys ? { knowsKeys: true } : {}),
    start: async () => {},
    stop: async () => {},
    post,
    update: async () => {},
  };
  return { adapter, shown, archived, failing, calls: () => calls };
}

/** A clock that a test turns. */
export function createHandClock(start: Date) {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    sleep: async (ms: number) => {
      nowMs += ms;
    },
    turn: (ms: number) => {
      nowMs += ms;
    },
    set: (at: Date) => {
      nowMs = at.getTime();
    },
  };
}

/** A channel of a platform. */
export function place(platform: Platform, channel: string): Conversation {
  return { platform, tenant: 'T1', channel, direct: false, reference: {} };
}
