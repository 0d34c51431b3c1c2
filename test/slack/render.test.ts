import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderSlackMessage, slackLimits } from '../../adapters/slack/render/render.ts';
import type { View } from '../../src/messages/view.ts';
import { everything, huge, plain } from '../contract/chat-views.ts';
import { look, refusal } from './block-kit.ts';

/** Blocks as they go over the wire. */
function blocksOf(view: View, mostChars?: number): Record<string, unknown>[] {
  return JSON.parse(JSON.stringify(renderSlackMessage(view, mostChars === undefined ? {} : { mostChars }).blocks));
}

const text = fc.string({ unit: 'binary', maxLength: 400 });
const span = fc.oneof(text, fc.record({ code: text }), fc.record({ strong: text }));
const optional = { noNullPrototype: true, requiredKeys: ['tone', 'title'] as ('tone' | 'title')[] };
const views: fc.Arbitrary<View> = fc.record(
  {
    tone: fc.constantFrom('neutral', 'working', 'good', 'warning', 'bad'),
    title: text,
    text: fc.oneof(text, fc.array(span, { maxLength: 10 })),
    facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 60 }),
    progress: fc.record({ total: fc.nat(10_000), done: fc.nat(10_000), failed: fc.nat(10_000) }),
    table: fc.record({
      columns: fc.array(text, { minLength: 1, maxLength: 6 }),
      rows: fc.array(fc.array(text, { maxLength: 7 }), { maxLength: 30 }),
    }),
    actions: fc.uniqueArray(
      fc.record({
        id: fc.uuid(),
        label: text,
        style: fc.constantFrom('default' as const, 'primary' as const, 'danger' as const),
        confirm: fc.record({ title: text, text, yes: text, no: text }),
      }),
      { maxLength: 60, selector: ({ id }) => id },
    ),
    context: text,
  },
  optional,
);

describe('renderSlackMessage', () => {
  test('Slack takes whatever a view says, and nothing in it pings or links', () => {
    fc.assert(
      fc.property(views, (view) => {
        const { text: fallback } = renderSlackMessage(view);
        const blocks = blocksOf(view);
        expect(refusal(blocks)).toBeNull();
        expect(look({ text: fallback, blocks })).toMatchObject({ pings: [], links: [] });
        expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(13_200);
      }),
      { numRuns: 150 },
    );
  });

  test('parts come in the order of the view', () => {
    expect(look({ blocks: blocksOf(everything) }).text.split('\n')).toEqual([
      '⏳ Running: wave 3 of 5, 61 of 96 off, 2 failed.',
      'Hard power-off in madrid. See /oob why host17 or ask the site.',
      'Second paragraph',
      'Reason: fire drill',
      'Asked by: Ana',
      '████████████▓░░░░░░░ 61 of 96, 2 failed. Waiting for wave 3.',
      'PC      Cause',
      'host17  dark',
      'host18  wrong credentials',
      // Without an upload the picture is words.
      'Wake-ups: 61 of 96 went well; madrid 64 %',
      'PauseStop',
      'run_7 · 14:02',
    ]);
  });

  test('code and strong are styles, not marks in the text', () => {
    const [, body] = blocksOf(everything);
    expect(JSON.stringify(body)).toContain('{"type":"text","text":"/oob why host17","style":{"code":true}}');
    expect(JSON.stringify(body)).toContain('{"type":"text","text":"ask the site","style":{"bold":true}}');
  });

  test('a table too wide for a phone becomes a list with its cells named', () => {
    const table = {
      columns: ['PC', 'Cause', 'Try'],
      rows: [['host17', 'stayed dark for 90 seconds', 'check the mains'], ['host18']],
    };
    expect(
      look({ blocks: blocksOf({ ...plain('Failed'), table }) })
        .text.split('\n')
        .slice(1),
    ).toEqual(['host17  Cause stayed dark for 90 seconds · Try check the mains', 'host18  Cause – · Try –']);
  });

  test('a bar is full only when all have ended, and a failure always shows', () => {
    const bar = (done: number, failed: number): string =>
      look({ blocks: blocksOf({ ...plain('x'), progress: { total: 1000, done, failed } }) }).text.split('\n')[1] ?? '';
    expect(bar(0, 0)).toBe(`${'░'.repeat(20)} 0 of 1,000`);
    expect(bar(999, 0)).toBe(`${'█'.repeat(19)}░ 999 of 1,000`);
    expect(bar(999, 1)).toBe(`${'█'.repeat(19)}▓ 999 of 1,000, 1 failed`);
    expect(bar(0, 1)).toBe(`▓${'░'.repeat(19)} 0 of 1,000, 1 failed`);
  });

  test('what is cut is counted', () => {
    const { text: shown } = look({ blocks: blocksOf(huge) });
    const facts = [...shown.matchAll(/Fact \d+:/g)].length;
    expect(shown).toContain(`… and ${60 - facts} more`);
    const rows = [...shown.matchAll(/^host\d+/gm)].length;
    expect(shown).toContain(`… and ${(2000 - rows).toLocaleString('en-US')} more`);
    expect(facts).toBeGreaterThan(3);
  });

  test('more than 25 buttons stand in several rows, none is lost', () => {
    const actions = Array.from({ length: 30 }, (_, at) => ({
      id: `act_${at}`,
      label: `Do ${at}`,
      style: 'default' as const,
    }));
    const blocks = blocksOf({ ...plain('Many'), actions });
    expect(refusal(blocks)).toBeNull();
    expect(look({ blocks }).actions.map(({ id }) => id)).toEqual(actions.map(({ id }) => id));
  });

  test('an id that Slack would cut is refused rather than changed', () => {
    const actions = [{ id: 'a'.repeat(256), label: 'Do', style: 'default' as const }];
    expect(() => renderSlackMessage({ ...plain('x'), actions })).toThrow(RangeError);
  });

  test('a title too long for a header is a bold line, not half an outcome', () => {
    const title = `host17 did not come on. ${'It stayed dark. '.repeat(15)}End.`;
    const [first] = blocksOf(plain(title));
    expect(first).toMatchObject({ type: 'rich_text' });
    expect(look({ blocks: blocksOf(plain(title)) }).text).toContain('End.');
  });

  test('a smaller budget is kept as well', () => {
    expect(JSON.stringify(blocksOf(huge, 6000)).length).toBeLessThanOrEqual(6000);
    expect(JSON.stringify(blocksOf(huge)).length).toBeLessThanOrEqual(slackLimits.blocksJsonChars);
  });

  test('the text for notifications is the outcome, with markup escaped', () => {
    expect(renderSlackMessage({ tone: 'bad', title: '<!channel> & more' }).text).toBe('❌ &lt;!channel&gt; &amp; more');
  });
});
