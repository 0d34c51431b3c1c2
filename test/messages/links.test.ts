import { describe, expect, test } from '@jest/globals';
import { renderBlock } from '../../adapters/console/sites/render-block.ts';
import { renderSlackMessage } from '../../adapters/slack/render/render.ts';
import { renderMessage, renderNote } from '../../adapters/teams/render.ts';
import { pageLinksOf } from '../../src/composition/chats.ts';
import { parseConfig } from '../../src/config/load.ts';
import { renderAdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card.ts';
import { isPageAddress, linked, type PageLinks } from '../../src/messages/page-address.ts';
import { parseView } from '../../src/messages/parse-view.ts';
import { renderText } from '../../src/messages/text.ts';
import type { View } from '../../src/messages/view.ts';
import { look, refusal } from '../slack/block-kit.ts';
import { cardComplaints, seeCard } from '../teams/card-look.ts';

const config = parseConfig('console: { url: "https://Console.example.com/" }', '/etc/oob/oob.yaml');
const { links } = pageLinksOf({ config, demo: null }, { url: 'http://127.0.0.1:8080' });
/** A site as an inventory could name it, to break out of any markup. */
const hostileSite = `a|b>](https://evil.example)<!channel> "&'{{DATE(1)}}`;
const words = 'step 2 [x](https://evil.example) <https://evil.example|y> {{DATE(2)}}';
const address =
  'https://console.example.com/site?name=a%7Cb%3E%5D%28https%3A%2F%2Fevil.example%29%3C%21channel%3E+%22%26%27%7B%7BDATE%281%29%7D%7D&step=2#step-2';
const link = linked(words, { kind: 'site', site: hostileSite, step: 2 }, links);
const view: View = {
  tone: 'bad',
  title: 'Checklist',
  text: ['See ', link, '.'],
  table: { columns: ['Step', 'State'], rows: [[['2 ', link], '✖ fails']] },
};
const json = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value));

describe('the address of a page', () => {
  test('is made of the configured one, the names encoded; without one there is none', () => {
    expect(link).toEqual({ words, page: address });
    expect(pageLinksOf({ config: parseConfig('', '/oob.yaml'), demo: null }, { url: 'http://127.0.0.1:1' })).toEqual(
      {},
    );
    expect(pageLinksOf({ config, demo: null }, null)).toEqual({});
    expect(linked('step 2', { kind: 'sites' }, undefined)).toBe('step 2');
    const none: PageLinks = () => null;
    expect(linked('step 2', { kind: 'sites' }, none)).toBe('step 2');
  });

  test('in the demo is that of its console, as it is when it listens', () => {
    const chat = { url: 'http://127.0.0.1:0' };
    const demo = pageLinksOf({ config: parseConfig('', '/oob.yaml'), demo: { hints: [] } }, chat);
    chat.url = 'http://127.0.0.1:8123';
    expect(demo.links?.({ kind: 'sites' })).toBe('http://127.0.0.1:8123/sites');
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:secret@console.example.com/',
    'https://console.example.com/ x',
    'https://console.example.com/>|x',
    'https://console.example.com/\u202ex',
    '//console.example.com',
    '',
    `https://console.example.com/${'x'.repeat(2_000)}`,
  ])('is not %j', (text) => expect(isPageAddress(text)).toBe(false));

  test.each([
    'ftp://c.example',
    'https://c.example/console',
    'https://c.example/?a',
    'https://u:p@c.example',
    'c.example',
  ])('the configuration does not take %s', (url) =>
    expect(() => parseConfig(`console: { url: "${url}" }`, '/oob.yaml')).toThrow(/console\.url/),
  );
});

describe('a link', () => {
  test('at Slack is an element of its own: its words stay words', () => {
    const message = json(renderSlackMessage(view));
    expect(refusal(json({ blocks: message.blocks }).blocks as never)).toBeNull();
    expect(look(message)).toMatchObject({ links: [address, address], pings: [] });
    expect(look(message).text).toContain(`See ${words}.`);
    expect(JSON.stringify(message)).toContain(JSON.stringify({ type: 'link', url: address, text: words }));
  });

  test('lines up in a small table at Slack', () => {
    const small = linked('2 pki', { kind: 'site', site: 'madrid', step: 2 }, links);
    const table = {
      columns: ['Step', 'State'],
      rows: [
        [[small], 'fails'],
        ['3 directory', 'proved'],
      ],
    };
    const message = json(renderSlackMessage({ tone: 'bad', title: 'x', table }));
    expect(look(message).text).toBe('❌ x\nStep         State\n2 pki        fails\n3 directory  proved');
    expect(look(message).links).toHaveLength(1);
  });

  test('in Teams and the console is a run that opens it: no Markdown is involved', () => {
    const card = json(renderAdaptiveCard(view));
    expect(seeCard(card).links).toEqual([address, address]);
    expect(seeCard(card).text).toContain('See step 2 [x](https://evil.example)');
    expect(JSON.stringify(card)).not.toContain('{{');
    expect(cardComplaints(card)).toEqual([]);
    expect(JSON.stringify(renderMessage(view))).toContain(
      `"selectAction":{"type":"Action.OpenUrl","url":"${address}"}`,
    );
    expect(renderNote({ tone: 'bad', title: 'Checklist.', text: ['See ', link, '.'] })).toBe(
      `Checklist. See ${words}.`,
    );
  });

  test('on a page of the console is an anchor with everything escaped', () => {
    const rendering = { address: () => '', as: null, channel: null, newRequest: () => '' };
    const { markup } = renderBlock({ kind: 'text', text: [link] }, rendering);
    expect(markup).toBe(
      `<p><a href="${address.replace('&', '&amp;')}">step 2 [x](https://evil.example) &lt;https://evil.example|y&gt; {{DATE(2)}}</a></p>`,
    );
  });

  test('in plain text is its words alone', () => {
    expect(renderText(view).split('\n').slice(0, 2)).toEqual(['✖ Checklist', `  See ${words}.`]);
    expect(renderText(view)).not.toContain('console.example.com');
  });

  test('that was kept as JSON comes back, and only as the address of a page', () => {
    expect(parseView(json(view))).toEqual(view);
    const text = [{ words: 'x', page: 'javascript:alert(1)' }];
    expect(parseView({ tone: 'good', title: 'x', text })).toBeNull();
  });
});
