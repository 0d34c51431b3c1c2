import type { View } from '../../src/messages/view.ts';

/** A view with nothing but a title. */
export function plain(title: string): View {
  return { tone: 'neutral', title };
}

/** A view with every field. */
export const everything: View = {
  tone: 'working',
  title: 'Running: wave 3 of 5, 61 of 96 off, 2 failed.',
  text: [
    'Hard power-off in madrid. See ',
    { code: '/oob why host17' },
    ' or ',
    { strong: 'ask the site' },
    '.\nSecond paragraph',
  ],
  facts: [
    { label: 'Reason', value: 'fire drill' },
    { label: 'Asked by', value: 'Ana' },
  ],
  progress: { total: 96, done: 61, failed: 2, waitingFor: 'wave 3' },
  table: {
    columns: ['PC', 'Cause'],
    rows: [
      ['host17', 'dark'],
      ['host18', 'wrong credentials'],
    ],
  },
  actions: [
    { id: 'act_pause', label: 'Pause', style: 'default' },
    {
      id: 'act_stop',
      label: 'Stop',
      style: 'danger',
      confirm: { title: 'Stop the run?', text: '33 PCs stay as they are.', yes: 'Stop 33', no: 'Keep on' },
    },
  ],
  context: 'run_7 · 14:02',
  // One transparent pixel.
  picture: {
    name: 'wake-ups.png',
    mediaType: 'image/png',
    base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
    width: 512,
    height: 256,
    alt: 'Wake-ups: 61 of 96 went well; madrid 64 %',
  },
  attachment: { name: 'failed.csv', mediaType: 'text/csv', content: 'name,cause\nhost17,dark\n' },
};

/** Name, text that tries something, and what must still be readable of it. */
export const hostileTexts: readonly (readonly [name: string, text: string, literal: string])[] = [
  ['slack broadcast', '<!channel> <!here|here> <!everyone>', '<!channel>'],
  ['slack mention', '<@U000000001> <#C000000001|general> <!subteam^S1|all>', '<@U000000001>'],
  ['at words', '@everyone @channel @here', '@everyone'],
  ['teams mention', '<at>everyone</at> <at id="0">Ana</at>', 'everyone'],
  ['markdown', '[click](http://evil.example) **bold** _x_ ~y~ `z` > quote', '[click](http://evil.example)'],
  ['slack link', '<http://evil.example|bank.example>', 'evil.example'],
  ['html', '<img src=x onerror=alert(1)><script>alert(1)</script>&amp;&lt;b&gt;', '<img src=x onerror=alert(1)>'],
  ['card function', '{{DATE(2020-01-01T00:00:00Z,SHORT)}} \u0024{title}', 'DATE(2020-01-01T00:00:00Z,SHORT)'],
  ['turned around', 'gpj.\u202etxt\u202c \u2067x\u2069 \u0000\u0007\u001b[31m\u0085', 'gpj.txt'],
  ['right to left', 'שלום עולם مرحبا', 'שלום עולם مرحبا'],
  ['half a character', 'a\ud83d b\udc00', 'a'],
];

/** A view that is too long in every part. */
export const huge: View = {
  tone: 'warning',
  title: `Very long ${'title '.repeat(200)}`,
  text: 'word '.repeat(2000),
  facts: Array.from({ length: 60 }, (_, at) => ({ label: `Fact ${at}`, value: 'value '.repeat(500) })),
  table: {
    columns: ['PC', 'Cause', 'Since'],
    rows: Array.from({ length: 2000 }, (_, at) => [`host${at}`, 'unreachable '.repeat(20), '14:02']),
  },
  actions: Array.from({ length: 12 }, (_, at) => ({
    id: `act_${at}`,
    label: `Do ${'x'.repeat(200)}`,
    style: 'default' as const,
  })),
  context: 'small print '.repeat(500),
};
