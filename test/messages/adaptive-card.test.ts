import { describe, expect, test } from '@jest/globals';
import { adaptiveCardLimits, renderAdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card.ts';
import type { View } from '../../src/messages/view.ts';
import { cardComplaints } from '../teams/card-look.ts';

/** What the official library says against a card, as sentences; empty when it is valid 1.5. */
function complaints(view: View): string[] {
  return cardComplaints(JSON.parse(JSON.stringify(renderAdaptiveCard(view))));
}

function bytes(view: View): number {
  return Buffer.byteLength(JSON.stringify(renderAdaptiveCard(view)));
}

/** All literal text of a card in the order shown, one line per block. */
function lines(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(lines);
  if (node === null || typeof node !== 'object') return [];
  if ('inlines' in node && Array.isArray(node.inlines)) {
    return [node.inlines.map((run: { text: string }) => run.text).join('')];
  }
  return Object.entries(node).flatMap(([key, value]) => (key === 'fallback' ? [] : lines(value)));
}

function types(node: unknown): Set<string> {
  const found = new Set<string>();
  JSON.stringify(node, (key, value: unknown) => {
    if (key === 'type' && typeof value === 'string') found.add(value);
    return value;
  });
  return found;
}

const full: View = {
  tone: 'working',
  title: 'Running: wave 3 of 5, 61 of 96 off, 2 failed.',
  text: [
    'Hard power-off in madrid. See ',
    { code: '/oob why host17' },
    ' or ',
    { strong: 'ask the site' },
    '.\n\nSecond paragraph',
  ],
  facts: [
    { label: 'Reason', value: 'fire drill' },
    { label: 'Asked by', value: '' },
  ],
  progress: { total: 96, done: 61, failed: 2, waitingFor: 'wave 3' },
  table: { columns: ['PC', 'State'], rows: [['host17', 'off'], ['host18']] },
  actions: [
    { id: 'act_1', label: 'Pause', style: 'default' },
    { id: 'act_2', label: 'Approve', style: 'primary' },
    {
      id: 'act_3',
      label: 'Stop',
      style: 'danger',
      confirm: { title: 'Stop the run?', text: '33 PCs stay as they are.', yes: 'Stop 33', no: 'Keep on' },
    },
  ],
  context: 'run_7 · asked by operator',
  attachment: { name: 'failed.csv', mediaType: 'text/csv', content: 'name,cause\nhost17,dark\n' },
};

describe('renderAdaptiveCard', () => {
  test('everything at once is valid Adaptive Card 1.5', () => {
    expect(complaints(full)).toEqual([]);
    expect(complaints({ tone: 'good', title: 'host42 is on.' })).toEqual([]);
  });

  test('shows the parts top to bottom in the order of the view', () => {
    expect(lines(renderAdaptiveCard(full).body)).toEqual([
      '◐ Running: wave 3 of 5, 61 of 96 off, 2 failed.',
      'Hard power-off in madrid. See /oob why host17 or ask the site.',
      'Second paragraph',
      'Reason',
      'fire drill',
      'Asked by',
      '–',
      '████████████▓░░░░░░░',
      '61 of 96, 2 failed. Waiting for wave 3.',
      'PC',
      'State',
      'host17',
      'off',
      'host18',
      '–',
      'run_7 · asked by operator',
    ]);
  });

  test('never uses an element that parses Markdown', () => {
    const used = types(renderAdaptiveCard(full));
    expect(used).not.toContain('TextBlock');
    expect(used).not.toContain('FactSet');
    const hostile = '[click](http://evil.example) **bold** <at>everyone</at> _x_ & "quoted"';
    expect(lines(renderAdaptiveCard({ tone: 'bad', title: hostile }).body)).toEqual([`✖\ufe0e ${hostile}`]);
  });

  test('parts the one thing clients replace in a text run', () => {
    const [title] = lines(renderAdaptiveCard({ tone: 'neutral', title: '{{DATE(2020-01-01T00:00:00Z,SHORT)}}' }).body);
    expect(title).toContain('{\u200b{DATE(');
  });

  test('takes out what turns text around or cannot be drawn', () => {
    const [title] = lines(renderAdaptiveCard({ tone: 'good', title: 'a\u202eb\u0000c\nd\ud800e' }).body);
    expect(title).toBe('✔\ufe0e abc d\ufffde');
  });

  test('a button carries nothing but the id, and the same again for clients without Universal Actions', () => {
    const [pause] = renderAdaptiveCard(full).actions ?? [];
    expect(pause).toEqual({
      type: 'Action.Execute',
      title: 'Pause',
      verb: 'oob',
      data: { id: 'act_1' },
      style: 'default',
      fallback: { type: 'Action.Submit', title: 'Pause', data: { id: 'act_1' }, style: 'default' },
    });
  });

  test('a button that asks first unfolds the question; only the button inside counts', () => {
    const stop = renderAdaptiveCard(full).actions?.[2];
    if (stop?.type !== 'Action.ShowCard') throw new Error('not a ShowCard');
    expect(stop.title).toBe('Stop');
    expect(lines(stop.card.body)).toEqual(['Stop the run?', '33 PCs stay as they are.']);
    expect(stop.card.actions).toMatchObject([
      { type: 'Action.Execute', title: 'Stop 33', data: { id: 'act_3' }, style: 'destructive' },
    ]);
  });

  test('more than five buttons: none is lost', () => {
    const actions = Array.from({ length: 14 }, (_, at) => ({
      id: `act_${at}`,
      label: `Do ${at}`,
      style: 'default' as const,
    }));
    const view: View = { tone: 'neutral', title: 'Many', actions };
    expect(renderAdaptiveCard(view).actions).toHaveLength(5);
    const ids = new Set(JSON.stringify(renderAdaptiveCard(view)).match(/act_\d+/g));
    expect(ids.size).toBe(14);
    expect(complaints(view)).toEqual([]);
  });

  test('one failure in ten thousand is visible, and a bar is full only at the end', () => {
    const bar = (done: number, failed: number, total: number) =>
      lines(renderAdaptiveCard({ tone: 'working', title: 'x', progress: { done, failed, total } }).body)[1];
    expect(bar(9998, 1, 10000)).toBe(`${'█'.repeat(18)}▓░`);
    expect(bar(9999, 1, 10000)).toBe(`${'█'.repeat(19)}▓`);
    expect(bar(0, 0, 10)).toBe('░'.repeat(20));
    expect(bar(0, 0, 0)).toBe('░'.repeat(20));
    expect(bar(0, 10, 10)).toBe('▓'.repeat(20));
    expect(bar(10, 0, 10)).toBe('█'.repeat(20));
  });

  test('a table too wide for a phone becomes a list with the columns named', () => {
    const view: View = {
      tone: 'warning',
      title: 'Three failed',
      table: {
        columns: ['PC', 'Cause', 'Seen'],
        rows: [['host17.madrid.example', 'accepted but stayed dark', 'off three times']],
      },
    };
    expect(types(renderAdaptiveCard(view))).not.toContain('Table');
    expect(lines(renderAdaptiveCard(view).body)[1]).toBe(
      'host17.madrid.example  Cause accepted but stayed dark · Seen off three times',
    );
  });

  test('a wide table of two columns does not repeat the name of the second', () => {
    const summary = 'Turn PCs on and look whether they really came on';
    const table = { columns: ['Command', 'What it does'], rows: [['/oob poweron TARGETS', summary]] };
    expect(lines(renderAdaptiveCard({ tone: 'neutral', title: 'Help', table }).body)[1]).toBe(
      `/oob poweron TARGETS  ${summary}`,
    );
  });

  test('ten thousand rows are cut with the count of the missing, within the size', () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [
      `host${at}.madrid.example.internal`,
      'wrong credentials',
      'x'.repeat(60),
    ]);
    const view: View = { ...full, table: { columns: ['PC', 'Cause', 'Seen'], rows } };
    expect(bytes(view)).toBeLessThanOrEqual(adaptiveCardLimits.cardBytes);
    const shown = lines(renderAdaptiveCard(view).body);
    const listed = shown.filter((line) => line.startsWith('host') && line.includes('wrong credentials')).length;
    expect(listed).toBeGreaterThan(20);
    expect(shown).toContain(`… and ${(10_000 - listed).toLocaleString('en-US')} more`);
    expect(complaints(view)).toEqual([]);
  });

  test('whatever the view, the card fits', () => {
    const huge = '\u{1f980}"\\'.repeat(20_000);
    const view: View = {
      tone: 'bad',
      title: huge,
      text: [huge, { code: huge }, `${'\n'.repeat(5000)}end`],
      facts: Array.from({ length: 500 }, () => ({ label: huge, value: huge })),
      progress: { total: 3, done: 1, failed: 1, waitingFor: huge },
      table: { columns: [huge, huge], rows: Array.from({ length: 500 }, () => [huge, huge]) },
      actions: Array.from({ length: 4 }, (_, at) => ({
        id: `act_${at}`,
        label: huge,
        style: 'danger' as const,
        confirm: { title: 'Sure?', text: 'Really', yes: 'Yes', no: 'No' },
      })),
      context: huge,
      attachment: { name: huge, mediaType: 'text/csv', content: `${huge}\n`.repeat(50) },
    };
    expect(bytes(view)).toBeLessThanOrEqual(adaptiveCardLimits.cardBytes);
    expect(complaints(view)).toEqual([]);
    expect(lines(renderAdaptiveCard(view).body)).toContain('… and 500 more');
  });

  test('an attachment unfolds its beginning and says how much there is', () => {
    const show = renderAdaptiveCard(full).actions?.at(-1);
    expect(show?.title).toBe('failed.csv');
    expect(lines(show)).toEqual(['name,cause', 'host17,dark', 'All 2 lines.']);
    const long = { ...full.attachment, name: 'a.txt', mediaType: 'text/plain' as const, content: 'row\n'.repeat(1000) };
    const last = lines(renderAdaptiveCard({ ...full, attachment: long }).actions?.at(-1)).at(-1);
    expect(last).toBe('40 of 1,000 lines. Ask again in the oob console for the whole file.');
  });

  test('the word that stands in for the card is the title', () => {
    expect(renderAdaptiveCard(full).fallbackText).toBe(full.title);
  });

  const picture = {
    name: 'wake-ups.png',
    mediaType: 'image/png',
    base64: 'iVBORw0KGgo=',
    width: 512,
    height: 248,
    alt: '61 of 96 came on',
  } as const;

  test('a picture stands above the small print, with words for those who cannot see it', () => {
    const { body } = renderAdaptiveCard({ ...full, picture });
    expect(body.at(-2)).toMatchObject({ type: 'Image', altText: '61 of 96 came on', size: 'Stretch' });
    expect(complaints({ ...full, picture })).toEqual([]);
  });

  test('a picture larger than Teams takes is words', () => {
    const tooLarge = { ...picture, base64: 'A'.repeat(1_400_000) };
    const card = renderAdaptiveCard({ tone: 'good', title: 'Digest', picture: tooLarge });
    expect(types(card).has('Image')).toBe(false);
    expect(lines(card.body).at(-1)).toBe('Picture too large to be shown: 61 of 96 came on');
  });
});
