import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPoster } from '../../src/delivery/poster.ts';
import type { View } from '../../src/messages/view.ts';
import { ChatError, type ChatErrorCode } from '../../src/ports/chat.ts';
import type { NewPost } from '../../src/ports/digests/post-store.ts';
import type { Store } from '../../src/ports/store/store.ts';
import { newId, wholeTrail } from '../contract/store/samples.ts';
import { openStore, recordingLogger, temporaryDirectory } from '../store/testing.ts';
import { createFakePlatform, createHandClock, place } from './fakes.ts';

const said = (view: View) => (typeof view.text === 'string' ? view.text : JSON.stringify(view.text ?? ''));

describe('posts, over the real store', () => {
  let store: Store;
  let cleanUp: () => Promise<void>;
  beforeAll(async () => {
    const directory = await temporaryDirectory();
    store = await openStore({ dataDirectory: directory.path });
    cleanUp = async () => {
      await store.close();
      await directory.remove();
    };
  });
  afterAll(() => cleanUp());

  /** A Slack with a limit and no keys, a console with keys, and a poster that is looked with by hand. */
  const ground = (at = '2026-11-23T08:00:00Z') => {
    const clock = createHandClock(new Date(at));
    const slack = createFakePlatform('slack', clock);
    const home = createFakePlatform('console', clock, { knowsKeys: true });
    const chats = new Map([slack, home].map(({ adapter }) => [adapter.platform, adapter]));
    const logger = recordingLogger();
    const makePoster = () => createPoster({ posts: store.posts, chats, clock, logger });
    const poster = makePoster();
    /** Looks as often as the service would, until nothing is left or `forMs` have passed. */
    const settle = async (forMs = 48 * 60 * 60_000) => {
      const until = clock.now().getTime() + forMs;
      while ((await store.posts.open()) > 0 && clock.now().getTime() < until) {
        const count = await poster.look();
        clock.turn(count > 0 ? 1_100 : 60_000);
      }
    };
    return { clock, slack, home, logger, makePoster, poster, settle };
  };
  const digest = (parts: number, options: { readonly fallback?: boolean } = {}): readonly NewPost[] => {
    const channel = newId('C');
    const common = {
      subject: 'digest it-ops',
      conversation: place('slack', channel),
      fallback: options.fallback === false ? null : place('console', `${channel}-fallback`),
    };
    const top = { ...common, id: newId('post'), below: null, view: { tone: 'good', title: 'Top' } as const };
    const rest = Array.from({ length: parts - 1 }, (_, at) => ({
      ...common,
      id: newId('post'),
      below: top.id,
      view: { tone: 'neutral', title: `Part ${at + 1}`, text: 'More' } as const,
    }));
    return [top, ...rest];
  };
  const titles = (posted: readonly { readonly view: View }[]) => posted.map(({ view }) => view.title);
  const failuresOf = async (posts: readonly NewPost[]) =>
    (await wholeTrail(store)).filter(
      ({ kind, data }) => kind === 'delivery_failed' && posts.some(({ id }) => id === data.post),
    );

  test('a digest with its thread arrives whole, in order, at the pace that the platform allows', async () => {
    const { clock, slack, settle } = ground();
    const posts = digest(5);
    await store.posts.add(posts, clock.now());
    await settle();
    expect(titles(slack.shown)).toEqual(['Top', 'Part 1', 'Part 2', 'Part 3', 'Part 4']);
    expect(slack.shown.slice(1).map(({ thread }) => thread?.reference.number)).toEqual(['1', '1', '1', '1']);
    expect(slack.calls()).toBe(5);
    expect(await failuresOf(posts)).toEqual([]);
  });

  test('429: nothing is tried before Retry-After is over, and it is posted once', async () => {
    const { clock, slack, poster, settle } = ground();
    slack.failing.push(new ChatError('rate_limited', '429', { retryAfterMs: 90_000 }));
    await store.posts.add(digest(1), clock.now());
    await poster.look();
    clock.turn(89_000);
    expect(await poster.look()).toBe(0);
    clock.turn(1_000);
    await settle();
    expect(titles(slack.shown)).toEqual(['Top']);
    expect(slack.calls()).toBe(2);
  });

  test('5xx for a while: tried again with growing pauses, then posted once', async () => {
    const { clock, slack, home, settle } = ground();
    slack.failing.push(...Array.from({ length: 6 }, () => new ChatError('platform_down', 'HTTP 503')));
    await store.posts.add(digest(2), clock.now());
    await settle();
    expect(titles(slack.shown)).toEqual(['Top', 'Part 1']);
    expect(home.shown).toEqual([]);
  });

  test('5xx without end: the fallback channel gets it whole, with where it should have gone, and the trail says so', async () => {
    const { clock, slack, home, settle } = ground();
    slack.failing.push(...Array.from({ length: 100 }, () => new ChatError('platform_down', 'HTTP 503')));
    const posts = digest(3);
    await store.posts.add(posts, clock.now());
    await settle();
    expect(slack.shown).toEqual([]);
    expect(slack.calls()).toBe(10);
    expect(titles(home.shown)).toEqual(['Top', 'Part 1', 'Part 2']);
    expect(said(home.shown[0]?.view ?? { tone: 'bad', title: '' })).toMatch(/Meant for slack C.*platform_down/);
    expect(home.shown.slice(1).every(({ thread }) => thread !== null)).toBe(true);
    expect(await failuresOf(posts)).toMatchObject([
      { data: { code: 'platform_down', failures: 10, platform: 'slack', movedTo: expect.stringMatching(/^console:/) } },
    ]);
  });

  test.each<ChatErrorCode>(['token_revoked', 'channel_gone', 'not_allowed', 'too_large', 'rejected'])(
    '%s is not tried again: the fallback gets it at once',
    async (code) => {
      const { clock, slack, home, settle } = ground();
      slack.failing.push(new ChatError(code, code), new ChatError(code, code));
      const posts = digest(2);
      await store.posts.add(posts, clock.now());
      await settle(10_000);
      expect(slack.calls()).toBe(1);
      expect(titles(home.shown)).toEqual(['Top', 'Part 1']);
      expect(await failuresOf(posts)).toHaveLength(1);
    },
  );

  test('archived in the middle: what is left goes to the fallback, nothing twice', async () => {
    const { clock, slack, home, poster, settle } = ground();
    const posts = digest(3);
    await store.posts.add(posts, clock.now());
    await poster.look();
    slack.archived.add(posts[0]?.conversation.channel ?? '');
    clock.turn(1_100);
    await settle();
    expect(titles(slack.shown)).toEqual(['Top']);
    expect(titles(home.shown)).toEqual(['Part 1', 'Part 2']);
    expect(home.shown.map(({ thread }) => thread)).toEqual([null, null]);
  });

  test('a lost answer: the message may be there, so it is not posted there again but to the fallback, which says so', async () => {
    const { clock, slack, home, settle } = ground();
    slack.failing.push('lost answer');
    const posts = digest(2);
    await store.posts.add(posts, clock.now());
    await settle();
    expect(titles(slack.shown)).toEqual(['Top']);
    expect(titles(home.shown)).toEqual(['Top', 'Part 1']);
    expect(said(home.shown[0]?.view ?? { tone: 'bad', title: '' })).toContain('unsure');
  });

  test('dead between post and record: another poster does not post it again where keys mean nothing', async () => {
    const { clock, slack, home, poster, makePoster } = ground();
    slack.failing.push('dies');
    const posts = digest(1);
    await store.posts.add(posts, clock.now());
    void poster.look();
    while (slack.shown.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const other = makePoster();
    expect(await other.look()).toBe(0);
    clock.turn(121_000);
    expect(await other.look()).toBe(1);
    clock.turn(1_100);
    expect(await other.look()).toBe(1);
    expect(titles(slack.shown)).toEqual(['Top']);
    expect(titles(home.shown)).toEqual(['Top']);
    expect(await failuresOf(posts)).toMatchObject([{ data: { code: 'unsure' } }]);
  });

  test('dead between post and record: where keys are known it is posted again, and is still there once', async () => {
    const { clock, home, poster, makePoster } = ground();
    home.failing.push('dies');
    const [post] = digest(1);
    if (!post) throw new Error('no post');
    const posts = [{ ...post, conversation: place('console', newId('C')), fallback: null }];
    await store.posts.add(posts, clock.now());
    void poster.look();
    while (home.shown.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.turn(121_000);
    await makePoster().look();
    expect(titles(home.shown)).toEqual(['Top']);
    expect(await store.posts.open()).toBe(0);
    expect(await failuresOf(posts)).toEqual([]);
  });

  test('without a fallback a platform that is down is tried for a day, then the trail and the log say that it is lost', async () => {
    const { clock, slack, logger, settle } = ground();
    slack.failing.push(...Array.from({ length: 1_000 }, () => new ChatError('platform_down', 'HTTP 503')));
    const posts = digest(2, { fallback: false });
    await store.posts.add(posts, clock.now());
    const start = clock.now().getTime();
    await settle();
    expect(clock.now().getTime() - start).toBeGreaterThan(23 * 60 * 60_000);
    expect(await store.posts.open()).toBe(0);
    expect(await failuresOf(posts)).toMatchObject([{ data: { code: 'platform_down', movedTo: null } }]);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('the fallback that fails too is the end: no message goes round in a ring', async () => {
    const { clock, slack, home, settle } = ground();
    slack.failing.push(new ChatError('token_revoked', 'x'));
    home.failing.push(new ChatError('channel_gone', 'x'));
    const posts = digest(2);
    await store.posts.add(posts, clock.now());
    await settle();
    expect([slack.shown, home.shown]).toEqual([[], []]);
    expect((await failuresOf(posts)).map(({ data }) => data.code)).toEqual(['token_revoked', 'channel_gone']);
    expect(await store.posts.open()).toBe(0);
  });

  test('of two posters at once each post is taken by one', async () => {
    const { clock, slack, poster, makePoster } = ground();
    await store.posts.add(digest(1), clock.now());
    const counts = await Promise.all([poster, makePoster(), makePoster()].map((each) => each.look()));
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
    expect(slack.calls()).toBe(1);
  });
});
