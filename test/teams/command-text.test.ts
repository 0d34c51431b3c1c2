import { describe, expect, test } from '@jest/globals';
import { readCommandText } from '../../adapters/teams/command-text.ts';

const botId = '28:bot';
const us = { mentionedId: botId, text: '<at>oob</at>' };
const other = { mentionedId: '29:ana', text: '<at>Ana Ops</at>' };

const inChannel = (text: string, mentions = [us]) => readCommandText(text, { botId, mentions, mentionNeeded: true });
const inChat = (text: string) => readCommandText(text, { botId, mentions: [], mentionNeeded: false });

describe('readCommandText', () => {
  test.each([
    ['the mention in front', '<at>oob</at> poweron host42'],
    ['what removeRecipientMention of the SDK leaves behind', '<at>oob</at>&nbsp;poweron host42\n'],
    ['a second mention, which it leaves too', '<at>oob</at> <at>oob</at>&nbsp;poweron host42'],
    ['the mention at the end', 'poweron host42 <at>oob</at>'],
    ['a prefix as in Slack', '<at>oob</at> /oob poweron host42'],
    ['a prefix without slash', '<at>oob</at> oob poweron   host42'],
    ['a prefix in capitals', '<at>oob</at> /OOB poweron host42'],
    ['line ends', '<at>oob</at><br>poweron<br />host42'],
    ['invisible blanks', '\u200b<at>oob</at>\u00a0poweron\u200b host42\ufeff'],
  ])('%s', (_what, text) => expect(inChannel(text)).toBe('poweron host42'));

  test('in a chat no mention is needed, in a channel one is, or the prefix', () => {
    expect(inChat('poweron host42')).toBe('poweron host42');
    expect(inChannel('poweron host42', [])).toBeNull();
    expect(inChannel('/oob poweron host42', [])).toBe('poweron host42');
    expect(inChannel('oob poweron host42', [])).toBeNull();
  });

  test('a mention of somebody else is not one of us, and keeps its name', () => {
    expect(inChannel('<at>Ana Ops</at> poweron host42', [other])).toBeNull();
    expect(inChannel('<at>oob</at> status <at id="1">Ana Ops</at>', [us, other])).toBe('status Ana Ops');
  });

  test('a mention that is only claimed, not in the text, does not count', () => {
    expect(inChannel('poweron host42')).toBeNull();
  });

  test('nothing but the mention is the bare command', () => {
    expect(inChannel('<at>oob</at>&nbsp;')).toBe('');
    expect(inChannel('<at>oob</at> /oob')).toBe('');
  });

  test('entities are decoded once', () => {
    expect(inChat('x &lt;b&gt; &amp;lt; &quot;q&quot; &#39;a&#x27; &unknown; &#0; &#x110000;')).toBe(
      `x <b> &lt; "q" 'a' &unknown; &#0; &#x110000;`,
    );
  });

  test('what a person types as a tag stays text', () => {
    expect(inChat('status &lt;at&gt;oob&lt;/at&gt;')).toBe('status <at>oob</at>');
  });

  test('smart punctuation of phones is undone, a minus between targets is not touched', () => {
    expect(inChat('poweroff host42 —reason “fire drill”')).toBe('poweroff host42 --reason "fire drill"');
    expect(inChat('poweron site:madrid – group:vip')).toBe('poweron site:madrid – group:vip');
    expect(inChat('alarm host42 ‘x’')).toBe("alarm host42 'x'");
  });

  test('a word that begins like the prefix is no prefix', () => {
    expect(inChat('oobe host42')).toBe('oobe host42');
  });
});
