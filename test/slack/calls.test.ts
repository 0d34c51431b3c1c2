import { describe, expect, test } from '@jest/globals';
import { renderSlackMessage } from '../../adapters/slack/render/render.ts';

const blocksOf = (calls: readonly { name: string; user: string | null }[]) =>
  renderSlackMessage({ tone: 'warning', title: 'Still waiting', calls }).blocks;

describe('people whom a message calls, in Slack', () => {
  test('are mentioned by their member id', () => {
    expect(blocksOf([{ name: 'Anton', user: 'U012AB3CD' }])[1]).toEqual({
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: 'U012AB3CD' }] }],
    });
  });

  test.each(['channel', 'here', 'S012AB3CD', 'C012AB3CD', '!everyone', ''])(
    '"%s" is no member and calls nobody',
    (id) => {
      const text = JSON.stringify(blocksOf([{ name: 'Anton', user: id }]));
      expect(text).toContain('Anton');
      expect(text).not.toMatch(/user_id|broadcast|usergroup/);
    },
  );
});
