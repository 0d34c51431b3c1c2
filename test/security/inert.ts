import { expect } from '@jest/globals';
import { renderSlackMessage } from '../../adapters/slack/render/render.ts';
import { renderAdaptiveCard } from '../../src/messages/adaptive-card/adaptive-card.ts';
import { renderText } from '../../src/messages/text.ts';
import type { View } from '../../src/messages/view.ts';

/** Every string below a key, wherever it stands. */
function valuesOf(node: unknown, key: string): readonly unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(value, key)]);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be left
const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Nothing of a view can be more than text on any platform: no mention, link, format or formula, nobody is pinged. */
export function expectInert(view: View): void {
  const slack = renderSlackMessage(view);
  expect(slack.text).not.toMatch(/[<>]/);
  const literal = [
    'header',
    'plain_text',
    'rich_text',
    'rich_text_section',
    'rich_text_list',
    'rich_text_preformatted',
  ];
  const slackTypes = [...literal, 'text', 'actions', 'button', 'context'];
  expect(slackTypes).toEqual(expect.arrayContaining([...new Set(valuesOf(slack.blocks, 'type'))]));
  expect(valuesOf(slack.blocks, 'url')).toEqual([]);

  const card = renderAdaptiveCard(view);
  const containers = [
    'AdaptiveCard',
    'RichTextBlock',
    'TextRun',
    'ColumnSet',
    'Column',
    'Table',
    'TableRow',
    'TableCell',
  ];
  const cardTypes = [...containers, 'Action.Execute', 'Action.Submit', 'Action.ShowCard'];
  expect(cardTypes).toEqual(expect.arrayContaining([...new Set(valuesOf(card, 'type'))]));
  expect([...valuesOf(card, 'msteams'), ...valuesOf(card, 'url'), ...valuesOf(card, 'selectAction')]).toEqual([]);
  for (const text of valuesOf(card.body, 'text')) expect(text).not.toContain('{{');

  const texts = [renderText(view), slack.text, ...valuesOf(slack.blocks, 'text'), ...valuesOf(card, 'text')];
  for (const text of texts) if (typeof text === 'string') expect(text).not.toMatch(steering);
}
