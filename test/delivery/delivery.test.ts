import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDelivery, type Delivery } from '../../src/delivery/delivery.ts';
import type { View } from '../../src/messages/view.ts';
import { type ChatAdapter, ChatError, type Conversation, type MessageAddress } from '../../src/ports/chat.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { newId } from '../../src/runtime/new-id.ts';
import { systemClock } from '../../src/runtime/system-clock.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { itOps } from '../support/fixtures.ts';

interface Post {
  readonly channel: string;
  readonly title: string;
  readonly thread: string | null;
  readonly key: string | undefined;
}

/** A platform that keeps what was posted and edited, and fails as often as it is told to. */
function createListeningChat() {
  const posts: Post[] = [];
  const edits: string[] = [];
  const failures: Error[] = [];
  let wake = () => {};
  const adapter: ChatAdapter = {
    platform: 'console',
    start: async () => {},
    stop: async () => {},
    async post({ channel }, { title }, thread, key): Promise<MessageAddress> {
      posts.push({ channel, title, thread: thread?.reference.message ?? null, key });
      wake();
      const failure = failures.shift();
      if (failure) throw failure;
      return { platform: 'console', reference: { message: title } };
    },
    async update({ reference }, { title }) {
      edits.push(`${reference.message} -> ${title}`);
      wake();
    },
  };
  const until = async (isSo: () => boolean) => {
    while (!isSo())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { adapter, posts, edits, failures, until };
}

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: Store;
beforeAll(async () => {
  directory = await temporaryDirectory();
  store = await openStore({ dataDirectory: directory.path });
});
afterAll(async () => {
  await store?.close();
  await directory?.remove();
});

const elsewhere: Conversation = { ...itOps, channel: 'leads' };
const plain = (title: string): View => ({ tone: 'neutral', title });

/** A request whose main message says what `said` says, delivered by a delivery of its own. */
async function delivered(said: { main: string; exceptions: string | null }, work: (at: Scene) => Promise<void>) {
  const chat = createListeningChat();
  const requestId = newId('req');
  const delivery = createDelivery({
    store,
    chats: new Map([['console', chat.adapter]]),
    viewsOf: async (id) =>
      id === requestId
        ? {
            main: async () => plain(said.main),
            exceptions: said.exceptions === null ? null : async () => plain(said.exceptions ?? ''),
          }
        : null,
    newId,
    clock: systemClock,
    logger: recordingLogger(),
  });
  const main = { id: newId('card'), requestId, conversation: itOps };
  await store.cards.add(main);
  await delivery.start();
  try {
    await work({ chat, delivery, requestId, mainId: main.id });
  } finally {
    await delivery.stop(0);
  }
}

interface Scene {
  readonly chat: ReturnType<typeof createListeningChat>;
  readonly delivery: Delivery;
  readonly requestId: string;
  readonly mainId: string;
}

describe('what is delivered about a request', () => {
  test('exceptions come in the thread of the main message, once, and are edited there', async () => {
    const said: { main: string; exceptions: string | null } = { main: 'running', exceptions: null };
    await delivered(said, async ({ chat, delivery, requestId }) => {
      await chat.until(() => chat.posts.length === 1);
      said.exceptions = '2 failed';
      delivery.touch(requestId);
      await chat.until(() => chat.posts.length === 2);
      said.exceptions = '3 failed';
      said.main = 'done';
      delivery.touch(requestId);
      await chat.until(() => chat.edits.length === 2);
      expect(chat.posts).toMatchObject([
        { title: 'running', thread: null },
        { title: '2 failed', thread: 'running' },
      ]);
      expect(chat.edits.toSorted()).toEqual(['2 failed -> 3 failed', 'running -> done']);
      expect((await store.cards.ofRequest(requestId)).map(({ kind }) => kind)).toEqual(['main', 'exceptions']);
    });
  });

  test('a notice is posted once, below the main message or elsewhere, and never edited', async () => {
    const said = { main: 'waiting', exceptions: null };
    await delivered(said, async ({ chat, delivery, requestId, mainId }) => {
      const notice = { requestId, kind: 'notice' } as const;
      const view = plain('It expires in 5 minutes');
      await store.cards.add({ ...notice, id: newId('card'), conversation: itOps, below: mainId, view });
      await store.cards.add({ ...notice, id: newId('card'), conversation: elsewhere, view: plain('Somebody waits') });
      delivery.touch(requestId);
      await chat.until(() => chat.posts.length === 3);
      said.main = 'approved';
      delivery.touch(requestId);
      await chat.until(() => chat.edits.length === 1);
      expect(chat.posts.toSorted((a, b) => (a.title < b.title ? -1 : 1))).toMatchObject([
        { title: 'It expires in 5 minutes', thread: 'waiting', channel: 'it-ops' },
        { title: 'Somebody waits', thread: null, channel: 'leads' },
        { title: 'waiting', thread: null, channel: 'it-ops' },
      ]);
      expect(chat.edits).toEqual(['waiting -> approved']);
    });
  });

  test('a post that failed, though it may have arrived, is tried again under the same key', async () => {
    const said = { main: 'running', exceptions: null };
    await delivered(said, async ({ chat, delivery, requestId, mainId }) => {
      await chat.until(() => chat.posts.length === 1);
      const id = newId('card');
      chat.failures.push(new ChatError('platform_down', 'the answer was lost', { retryAfterMs: 20 }));
      const view = plain('Somebody waits');
      await store.cards.add({ id, requestId, kind: 'notice', conversation: elsewhere, view });
      delivery.touch(requestId);
      await chat.until(() => chat.posts.length === 3);
      expect(chat.posts.map(({ key }) => key)).toEqual([mainId, id, id]);
    });
  });

  test('what a thread hangs on is posted first', async () => {
    const said = { main: 'running', exceptions: '1 failed' };
    await delivered(said, async ({ chat }) => {
      await chat.until(() => chat.posts.some(({ title }) => title === '1 failed'));
      const titles = chat.posts.map(({ title }) => title);
      expect(titles.indexOf('running')).toBeLessThan(titles.indexOf('1 failed'));
      expect(chat.posts.find(({ title }) => title === '1 failed')?.thread).toBe('running');
    });
  });
});
