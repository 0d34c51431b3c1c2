import { describe, expect, test } from '@jest/globals';
import { renderBriefText, renderText } from '../../src/messages/text.ts';
import type { View } from '../../src/messages/view.ts';
import { everything, hostileTexts, plain } from '../contract/chat-views.ts';

describe('a view as plain text', () => {
  test('shows every field, in order', () => {
    expect(renderText(everything)).toBe(
      [
        '◐ Running: wave 3 of 5, 61 of 96 off, 2 failed.',
        '  Hard power-off in madrid. See `/oob why host17` or ask the site.',
        '  Second paragraph',
        '  Reason    fire drill',
        '  Asked by  Ana',
        '  ██████████████▓░░░░░░░░░ 61 of 96, 2 failed. Waiting for wave 3',
        '  PC      Cause',
        '  ──────  ─────────────────',
        '  host17  dark',
        '  host18  wrong credentials',
        '  Picture: Wake-ups: 61 of 96 went well; madrid 64 %',
        '  run_7 · 14:02',
        '  File: failed.csv (2 lines)',
        '  [Pause] [Stop]',
      ].join('\n'),
    );
  });

  test('nothing but a title is one line', () => {
    expect(renderText(plain('host42 is on'))).toBe('● host42 is on');
  });

  test('the tone is seen without colour', () => {
    const tones = ['neutral', 'working', 'good', 'warning', 'bad'] as const;
    expect(new Set(tones.map((tone) => renderText({ tone, title: 'same' }))).size).toBe(5);
  });

  test('a table of pairs that is too wide becomes a list without its heading before each', () => {
    const table = {
      columns: ['Command', 'What it does'],
      rows: [['/oob runs', 'List the last runs and how they ended']],
    };
    const lines = renderText({ ...plain('Help'), table }, { columns: 40 }).split('\n');
    expect(lines.slice(1)).toEqual(['  /oob runs', '    List the last runs and how they ended']);
  });

  test('a table that is too wide becomes a list with its cells named', () => {
    const view: View = {
      ...plain('Hosts'),
      table: { columns: ['PC', 'Cause', 'Since'], rows: [['host1', 'unreachable '.repeat(4).trim(), '']] },
    };
    expect(renderText(view, { columns: 40 }).split('\n').slice(1)).toEqual([
      '  host1',
      '    Cause: unreachable unreachable unreachable unreachable',
      '    Since: –',
    ]);
    expect(renderText(view, { columns: 80 })).toContain('──');
  });

  test.each([
    [{ total: 100, done: 0, failed: 0 }, '░'.repeat(24)],
    [{ total: 100, done: 99, failed: 0 }, `${'█'.repeat(23)}░`],
    [{ total: 100, done: 100, failed: 0 }, '█'.repeat(24)],
    [{ total: 10_000, done: 9_999, failed: 1 }, `${'█'.repeat(23)}▓`],
    [{ total: 10_000, done: 0, failed: 1 }, `▓${'░'.repeat(23)}`],
    [{ total: 0, done: 0, failed: 0 }, '░'.repeat(24)],
    [{ total: 1, done: 2, failed: 3 }, `${'█'.repeat(10)}${'▓'.repeat(14)}`],
  ])('only a finished bar is full, and what failed is always seen: %j', (progress, bar) => {
    expect(renderText({ ...plain('Bar'), progress })).toContain(`  ${bar} `);
  });

  test('counts have separators', () => {
    expect(renderText({ ...plain('Bar'), progress: { total: 12_345, done: 1_962, failed: 0 } })).toContain(
      '1,962 of 12,345',
    );
  });

  test.each([...hostileTexts])('nothing steers the terminal: %s', (_name, hostile) => {
    const text = renderText({
      tone: 'bad',
      title: hostile,
      text: [hostile, { code: hostile }],
      facts: [{ label: hostile, value: hostile }],
      progress: { total: 2, done: 1, failed: 0, waitingFor: hostile },
      table: { columns: [hostile, hostile], rows: [[hostile]] },
      actions: [{ id: 'act_1', label: hostile, style: 'default' }],
      context: hostile,
      attachment: { name: hostile, mediaType: 'text/plain', content: '' },
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text.isWellFormed()).toBe(true);
  });

  test('in brief it is the outcome and the bar', () => {
    expect(renderBriefText(everything)).toBe(
      '◐ Running: wave 3 of 5, 61 of 96 off, 2 failed.\n  ██████████████▓░░░░░░░░░ 61 of 96, 2 failed. Waiting for wave 3',
    );
    expect(renderBriefText({ ...plain('Short'), text: 'long' })).toBe('● Short');
  });
});
