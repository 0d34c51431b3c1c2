import { createHash } from 'node:crypto';
import type { View } from '../messages/view.ts';
import { type ChatAdapter, ChatError, type Platform } from '../ports/chat.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Card } from '../ports/store/card-store.ts';
import type { Store } from '../ports/store/store.ts';

/** At most one edit of a message in this time. */
const editEveryMs = 1_000;
/** How often a card that waits for its next edit is looked at. */
const lookEveryMs = 200;
/** How often a quiet service looks for cards left stale (a restart, another replica's change). */
const sweepEveryMs = 5_000;
const leaseMs = 30_000;
const cardsAtOnce = 20;
const mostFailures = 8;
const longestRetryMs = 5 * 60_000;

/** Keeps every posted copy of a request's message true: posts it, edits it at most once a second, tries again, survives restarts. */
export interface Delivery {
  /** Something about the request changed. Cheap; may be called for every outcome. */
  touch(requestId: string): void;
  /** Some notice was given another text. Cheap. */
  look(): void;
  start(): Promise<void>;
  /** Shows what is still to be shown, within `graceMs`, then stops. */
  stop(graceMs: number): Promise<void>;
}

/** What the messages of a request show as it stands now. */
export interface RequestViews {
  main(): Promise<View>;
  /** Null while nothing went wrong that deserves a message of its own. */
  readonly exceptions: (() => Promise<View>) | null;
}

/** Makes the delivery. `viewsOf` renders a request; null when it no longer exists. */
export function createDelivery(deps: {
  readonly store: Store;
  readonly chats: ReadonlyMap<Platform, ChatAdapter>;
  readonly viewsOf: (requestId: string) => Promise<RequestViews | null>;
  readonly newId: NewId;
  readonly clock: Clock;
  readonly logger: Logger;
}): Delivery {
  const { store, chats, clock, logger } = deps;
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let wakeAt = Number.POSITIVE_INFINITY;
  let pumping: Promise<void> | null = null;
  let busyUntilMs = 0;
  let stopped = false;

  function wakeIn(ms: number) {
    const at = clock.now().getTime() + ms;
    if (stopped || at >= wakeAt) return;
    if (timer) clearTimeout(timer);
    wakeAt = at;
    timer = setTimeout(() => {
      timer = null;
      wakeAt = Number.POSITIVE_INFINITY;
      pump();
    }, ms);
  }

  function pump() {
    pumping ??= deliverStale()
      .catch((error: unknown) => {
        logger.error({ error }, 'messages could not be brought up to date, trying again');
        return sweepEveryMs;
      })
      .then((nextMs) => {
        pumping = null;
        wakeIn(nextMs);
      });
  }

  /** Edits what may be edited now; returns when to look again. */
  async function deliverStale(): Promise<number> {
    const marking = [...touched];
    touched.clear();
    for (const requestId of marking) {
      await store.cards.markStale(requestId).catch((error: unknown) => {
        touched.add(requestId);
        throw error;
      });
    }
    const now = clock.now();
    const cards = await store.cards.takeStale(now, new Date(now.getTime() - editEveryMs), leaseMs, cardsAtOnce);
    await Promise.all(cards.map(deliver));
    if (cards.length === cardsAtOnce) return 0;
    // A card edited less than a second ago was not taken though it is stale: look again until it must have been.
    if (marking.length > 0 || cards.length > 0) busyUntilMs = now.getTime() + 2 * editEveryMs;
    return touched.size > 0 || now.getTime() < busyUntilMs ? lookEveryMs : sweepEveryMs;
  }

  async function deliver(card: Card): Promise<void> {
    const chat = chats.get(card.conversation.platform);
    try {
      const view = await viewOf(card);
      if (!view || !chat) return;
      const hash = createHash('sha256').update(JSON.stringify(view)).digest('hex');
      if (card.address && hash === card.shownHash)
        return await store.cards.shown(card.id, card.address, hash, clock.now());
      const address = card.address ?? (await chat.post(card.conversation, view, card.thread ?? undefined, card.id));
      if (card.address) await chat.update(card.address, view);
      await store.cards.shown(card.id, address, hash, clock.now());
    } catch (error) {
      await putOff(card, error);
    }
  }

  async function viewOf(card: Card): Promise<View | null> {
    if (card.kind === 'notice') return card.view;
    const { id, requestId, conversation } = card;
    if (requestId === null) return null;
    const views = await deps.viewsOf(requestId);
    if (card.kind === 'exceptions') return (await views?.exceptions?.()) ?? null;
    // Before the main card is shown: once it is, nothing may call for another look.
    if (views?.exceptions)
      await store.cards.add({ id: deps.newId('card'), requestId, conversation, kind: 'exceptions', below: id });
    return (await views?.main()) ?? null;
  }

  async function putOff(card: Card, error: unknown): Promise<void> {
    const final = (error instanceof ChatError && !error.retriable) || card.failures + 1 >= mostFailures;
    const named = error instanceof ChatError ? error.retryAfterMs : null;
    const retryMs = named ?? Math.min(longestRetryMs, 1_000 * 2 ** card.failures);
    logger.warn(
      { card: card.id, requestId: card.requestId, platform: card.conversation.platform, error, final },
      'a message could not be delivered',
    );
    await store.cards.failed(card.id, final ? null : new Date(clock.now().getTime() + retryMs));
    if (!final) return wakeIn(retryMs);
    const code = error instanceof ChatError ? error.code : 'unknown';
    await store.trail.append([
      {
        at: clock.now(),
        kind: 'delivery_failed',
        actor: 'service',
        requestId: card.requestId,
        data: { card: card.id, platform: card.conversation.platform, code, failures: card.failures + 1 },
      },
    ]);
  }

  return {
    touch(requestId) {
      touched.add(requestId);
      wakeIn(0);
    },
    look() {
      // The notice may have been shown less than a second ago.
      busyUntilMs = clock.now().getTime() + 2 * editEveryMs;
      wakeIn(0);
    },
    async start() {
      // What a run showed when the service died may be old, though nothing changes any more: show all open ones again.
      for (const runId of await store.runs.unfinished()) {
        const run = await store.runs.get(runId);
        if (run) touched.add(run.requestId);
      }
      for (const request of await store.requests.waiting(1_000)) touched.add(request.id);
      wakeIn(0);
    },
    async stop(graceMs) {
      const until = clock.now().getTime() + graceMs;
      let nextMs = 0;
      while (nextMs < sweepEveryMs && clock.now().getTime() < until) {
        await pumping;
        nextMs = await deliverStale().catch(() => sweepEveryMs);
        if (nextMs < sweepEveryMs) await clock.sleep(nextMs);
      }
      stopped = true;
      if (timer) clearTimeout(timer);
      await pumping;
    },
  };
}
