import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Account,
  type ChatAdapter,
  ChatError,
  type ChatErrorCode,
  type Conversation,
  type Invocation,
  type MessageAddress,
  type OnInvocation,
} from '../../src/ports/chat.ts';
import { polled } from '../e2e/site/polled.ts';
import { everything, hostileTexts, huge, plain } from './chat-views.ts';
import { createInbox } from './inbox.ts';

/** What the platform does to the next call that posts or edits. `rate_limited` names 3 seconds, `rate_limited_untimed` no time. */
export type Fault =
  | 'rate_limited'
  | 'rate_limited_untimed'
  | 'server_error'
  | 'connection_reset'
  | 'message_gone'
  | 'channel_gone';

/** How a command reaches the service: typed behind `/oob`, behind a mention in a channel, or in a one-to-one conversation. */
type Way = 'command' | 'mention' | 'direct';

/** One message as people see it on the platform now. */
export interface ShownMessage {
  readonly id: string;
  /** All of its text, top to bottom: icon, title, text, facts, bar, table, small print. Markup already interpreted. */
  readonly text: string;
  readonly actions: readonly { readonly id: string; readonly label: string; readonly confirms: boolean }[];
  /** Only the person it was meant for sees it. */
  readonly private: boolean;
  /** Id of the message it hangs below. */
  readonly thread: string | null;
  /** Whom the platform would notify because of what is written in it. */
  readonly pings: readonly string[];
  /** What the platform would make clickable. */
  readonly links: readonly string[];
  readonly files: readonly { readonly name: string; readonly content: string }[];
  /** Pictures in the message: what is read out instead, and the bytes. */
  readonly pictures: readonly { readonly alt: string; readonly base64: string }[];
}

/** The platform's side of one adapter, emulated or real. It enforces the platform's limits as the platform does. */
export interface ChatHarness {
  /** Two people who may speak, as the adapter must name them. */
  readonly people: { readonly operator: Account; readonly approver: Account };
  readonly ways: readonly Way[];
  /** Faults it can produce; a platform without a network in between has fewer. */
  readonly faults: readonly Fault[];
  /** Whether the platform can show a message to one person only. */
  readonly privateAnswers: boolean;
  /** Starts the platform and the adapter under test. */
  start(onInvocation: OnInvocation): Promise<ChatAdapter>;
  stop(): Promise<void>;
  /** Lets a person say `text` (without `/oob`); resolves when the platform has been answered. `times` 2 delivers the same thing twice. */
  sendCommand(text: string, who: Account, options?: { readonly way?: Way; readonly times?: number }): Promise<void>;
  /** Lets a person press a button of a shown message; as `sendCommand`. */
  click(actionId: string, messageId: string, who: Account, options?: { readonly times?: number }): Promise<void>;
  /** Everything posted so far, oldest first, as it looks now. */
  messages(): Promise<readonly ShownMessage[]>;
  /** The next post or edit meets this. */
  failNext(fault: Fault): void;
}

const expectedCodes: Readonly<Record<Fault, ChatErrorCode>> = {
  rate_limited: 'rate_limited',
  rate_limited_untimed: 'rate_limited',
  server_error: 'platform_down',
  connection_reset: 'platform_down',
  message_gone: 'message_gone',
  channel_gone: 'channel_gone',
};

/** What every chat adapter must do, whatever the platform. */
export function describeChatAdapter(name: string, harnessFactory: () => ChatHarness): void {
  describe(`${name} keeps the chat contract`, () => {
    const harness = harnessFactory();
    const inbox = createInbox();
    let adapter: ChatAdapter;
    let conversation: Conversation;

    beforeAll(async () => {
      adapter = await harness.start(inbox.onInvocation);
      await harness.sendCommand('hosts', harness.people.operator);
      conversation = (await inbox.next()).conversation;
    });
    afterAll(() => harness.stop());

    /** The one message that shows `words`. */
    const shown = async (words: string): Promise<ShownMessage> => {
      const found = (await harness.messages()).filter((message) => message.text.includes(words));
      if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} messages show "${words}"`);
      return found[0];
    };

    test.each([...harness.ways])('a command by %s arrives bare, with who said it and where', async (way) => {
      await harness.sendCommand('poweron host42.corp.example --reason "fire drill"', harness.people.operator, { way });
      const invocation = await inbox.next();
      expect(invocation.what).toEqual({ kind: 'command', text: 'poweron host42.corp.example --reason "fire drill"' });
      expect(invocation.account).toEqual(harness.people.operator);
      expect(invocation.conversation).toMatchObject({ platform: adapter.platform, direct: way === 'direct' });
      expect(invocation.conversation.channel).not.toBe('');
      expect(invocation.displayName).not.toBe('');
    });

    test('the same command twice has two keys, a redelivery has one', async () => {
      const { operator } = harness.people;
      await harness.sendCommand('status host1', operator);
      await harness.sendCommand('status host1', operator);
      const [first, second] = [await inbox.next(), await inbox.next()];
      expect(first.key).not.toBe(second.key);
      await harness.sendCommand('status host2', operator, { times: 2 });
      await harness.sendCommand('status host3', operator);
      const again = await inbox.nextUntil((invocation) => commandOf(invocation) === 'status host3');
      const keys = again.filter((invocation) => commandOf(invocation) === 'status host2').map(({ key }) => key);
      expect(new Set(keys).size).toBe(1);
    });

    test('what it refers to survives being kept as JSON', () => {
      expect(JSON.parse(JSON.stringify(conversation))).toEqual(conversation);
    });

    test('every field of a view is shown', async () => {
      await adapter.post(conversation, everything);
      const message = await shown(everything.title);
      for (const part of [
        ...['Hard power-off in madrid.', '/oob why host17', 'ask the site', 'Second paragraph'],
        ...['Reason', 'fire drill', 'Asked by', 'Ana'],
        ...['61', '96', '2 failed', 'wave 3'],
        ...['host17', 'dark', 'host18', 'wrong credentials'],
        'run_7 · 14:02',
      ]) {
        expect(message.text).toContain(part);
      }
      expect(message.actions).toEqual([
        { id: 'act_pause', label: 'Pause', confirms: false },
        { id: 'act_stop', label: 'Stop', confirms: true },
      ]);
      expect(message.files).toEqual([{ name: 'failed.csv', content: 'name,cause\nhost17,dark\n' }]);
      expect(message.pictures).toEqual([{ alt: everything.picture?.alt, base64: everything.picture?.base64 }]);
      expect(message).toMatchObject({ private: false, thread: null, pings: [], links: [] });
    });

    test('a picture in a thread and one that replaces another are shown', async () => {
      const { picture } = everything;
      if (picture === undefined) throw new Error('no picture to show');
      const address = await adapter.post(conversation, plain('Without a picture'));
      await adapter.post(conversation, { ...plain('Picture below'), picture }, kept(address));
      expect((await shown('Picture below')).pictures).toHaveLength(1);
      await adapter.update(kept(address), { ...plain('With a picture now'), picture: { ...picture, alt: 'Another' } });
      expect((await shown('With a picture now')).pictures).toEqual([{ alt: 'Another', base64: picture.base64 }]);
    });

    test('the tone is seen without colour', async () => {
      const texts = new Set<string>();
      for (const tone of ['neutral', 'working', 'good', 'warning', 'bad'] as const) {
        const address = await adapter.post(conversation, { tone, title: 'Same words' });
        texts.add((await shown('Same words')).text);
        await adapter.update(address, plain(`No longer ${tone}`));
      }
      expect(texts.size).toBe(5);
    });

    test('an edit replaces the message in place, buttons too', async () => {
      const address = await adapter.post(conversation, {
        ...plain('Before the edit'),
        actions: [{ id: 'act_gone', label: 'Approve', style: 'primary' }],
      });
      const before = await shown('Before the edit');
      await adapter.update(kept(address), { tone: 'good', title: 'After the edit' });
      const after = await shown('After the edit');
      expect(after).toMatchObject({ id: before.id, actions: [] });
      expect(after.text).not.toContain('Before the edit');
    });

    test('a post in a thread hangs below its message', async () => {
      const address = await adapter.post(conversation, plain('Top of the thread'));
      await adapter.post(conversation, plain('Inside the thread'), kept(address));
      expect((await shown('Inside the thread')).thread).toBe((await shown('Top of the thread')).id);
    });

    test('a picture as large as charts get is shown whole, beside a message as long as any', async () => {
      const { picture } = everything;
      if (picture === undefined) throw new Error('no picture to show');
      const base64 = Buffer.from(Array.from({ length: 120_000 }, (_, at) => (at * 7_919) % 251)).toString('base64');
      await adapter.post(conversation, { ...huge, title: 'Long with a picture', picture: { ...picture, base64 } });
      expect((await shown('Long with a picture')).pictures).toEqual([{ alt: picture.alt, base64 }]);
    });

    test('a click carries the opaque id, who pressed, and which message', async () => {
      await adapter.post(conversation, {
        ...plain('Wants approval'),
        actions: [{ id: 'act_approve', label: 'Approve', style: 'primary' }],
      });
      const { id } = await shown('Wants approval');
      await harness.click('act_approve', id, harness.people.approver, { times: 2 });
      await harness.sendCommand('runs', harness.people.operator);
      const taken = await inbox.nextUntil((invocation) => commandOf(invocation) === 'runs');
      const clicks = taken.filter(({ what }) => what.kind === 'action');
      expect(new Set(clicks.map(({ key }) => key)).size).toBe(1);
      const what = clicks[0]?.what;
      if (what?.kind !== 'action' || what.message === null) throw new Error('the click has no message');
      expect(what.id).toBe('act_approve');
      expect(clicks[0]?.account).toEqual(harness.people.approver);
      expect(clicks[0]?.conversation.channel).toBe(conversation.channel);
      await adapter.update(kept(what.message), plain('Approved now'));
      expect(await shown('Approved now')).toMatchObject({ id, actions: [] });
    });

    test('an answer is for the person who acted', async () => {
      await harness.sendCommand('powron host42', harness.people.operator);
      const invocation = await inbox.next();
      await invocation.respond(plain('There is no powron'));
      await invocation.respond(plain('A second answer'));
      expect((await shown('There is no powron')).private).toBe(harness.privateAnswers);
      expect((await shown('A second answer')).private).toBe(harness.privateAnswers);
    });

    test('the answer to a click is for the person who pressed, and leaves the message alone', async () => {
      await adapter.post(conversation, {
        ...plain('Not yours to approve'),
        actions: [{ id: 'act_own', label: 'Approve', style: 'primary' }],
      });
      const { id } = await shown('Not yours to approve');
      await harness.click('act_own', id, harness.people.operator);
      await (await inbox.next()).respond(plain('Refused: own_request'));
      expect((await shown('Refused: own_request')).private).toBe(harness.privateAnswers);
      expect((await shown('Not yours to approve')).id).toBe(id);
    });

    test('when the core cannot take a command the person is told so, without its internals', async () => {
      inbox.rejectNext(new Error('password of the database'));
      const before = (await harness.messages()).length;
      await harness.sendCommand('hosts', harness.people.operator);
      // A console shows the typed command too; what is waited for is the service's sentence.
      const said = await polled('an answer', async () =>
        (await harness.messages()).slice(before).find(({ text }) => text.length > 20),
      );
      expect(said.text).not.toContain('database');
      expect(said.private).toBe(harness.privateAnswers);
    });

    test.each(hostileTexts)('hostile text stays text: %s', async (_name, hostile, literal) => {
      const mark = `mark ${_name}`;
      await adapter.post(conversation, {
        tone: 'bad',
        title: `${mark} ${hostile}`,
        text: [hostile, { code: hostile }, { strong: hostile }],
        facts: [{ label: hostile, value: hostile }],
        progress: { total: 2, done: 1, failed: 0, waitingFor: hostile },
        table: { columns: ['name', hostile], rows: [[hostile, hostile]] },
        actions: [{ id: `act_${_name.replaceAll(' ', '_')}`, label: hostile, style: 'default' }],
        context: hostile,
      });
      const message = await shown(mark);
      expect(message).toMatchObject({ pings: [], links: [] });
      expect(message.text).toContain(literal);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      expect(message.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    });

    test('what is too long is cut, says so, and still fits the platform', async () => {
      await adapter.post(conversation, huge);
      const message = await shown('Very long');
      expect(message.text).toContain('word '.repeat(100).trim());
      expect(message.text).toMatch(/…/);
      expect(message.text).toMatch(/and [\d,]+ more/);
      expect(message.actions.map(({ id }) => id)).toEqual((huge.actions ?? []).map(({ id }) => id));
    });

    test.each(harness.faults.map((fault) => [fault, expectedCodes[fault]] as const))(
      '%s is told as %s',
      async (fault, code) => {
        const words = `Meets ${fault}`;
        const address = await adapter.post(conversation, plain(`Stands before ${fault}`));
        harness.failNext(fault);
        const failure = await (fault === 'message_gone'
          ? adapter.update(address, plain(words))
          : adapter.post(conversation, plain(words))
        ).then(
          () => null,
          (error: unknown) => error,
        );
        if (!(failure instanceof ChatError)) throw new Error(`not a ChatError: ${failure}`);
        expect(failure.code).toBe(code);
        // The platform had the whole message, and then nothing came: only then may it be there.
        expect(failure.mayHavePosted).toBe(fault === 'connection_reset');
        expect(failure.retryAfterMs).toBe(fault === 'rate_limited' ? 3000 : null);
        expect(failure.retriable).toBe(code === 'rate_limited' || code === 'platform_down');
        // Whether to try again is decided in the core: an adapter that does so itself posts twice.
        expect((await harness.messages()).filter(({ text }) => text.includes(words))).toEqual([]);
        await adapter.post(conversation, plain(`Works after ${fault}`));
        await shown(`Works after ${fault}`);
      },
    );
  });
}

function commandOf(invocation: Invocation): string | null {
  return invocation.what.kind === 'command' ? invocation.what.text : null;
}

/** An address as it comes back from the store. */
function kept(address: MessageAddress): MessageAddress {
  return JSON.parse(JSON.stringify(address));
}
