import { describe, expect, test } from '@jest/globals';
import { parseView } from '../../src/messages/parse-view.ts';
import { everything, hostileTexts, huge, plain } from '../contract/chat-views.ts';

describe('a view that was kept as JSON', () => {
  test.each([
    ['every field', { ...everything, outcome: 'working' }],
    ['the title alone', plain('Short')],
    ['the longest', huge],
    ...hostileTexts.map(([name, text]) => [name, plain(text)] as const),
  ])('comes back as it was: %s', (_name, view) => {
    expect(parseView(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });

  test('what a later version adds is dropped', () => {
    expect(parseView({ ...plain('Short'), sound: 'bell' })).toEqual(plain('Short'));
  });

  test.each([
    ['nothing', null],
    ['a text', 'Short'],
    ['no title', { tone: 'good' }],
    ['an unknown tone', { tone: 'sparkling', title: 'x' }],
    ['an unknown outcome', { ...plain('x'), outcome: 'maybe' }],
    ['a negative count', { ...plain('x'), progress: { total: -1, done: 0, failed: 0 } }],
    ['a button without an id', { ...plain('x'), actions: [{ label: 'Go', style: 'default' }] }],
    ['a file that is a page', { ...plain('x'), attachment: { name: 'x', mediaType: 'text/html', content: '' } }],
  ])('%s is none', (_name, json) => {
    expect(parseView(json)).toBeNull();
  });
});
