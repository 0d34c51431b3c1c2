import { describe, expect, test } from '@jest/globals';
import { renderMessage } from '../../adapters/teams/render.ts';

const user = 'aaaaaaaa-0000-4000-8000-000000000001';

const contentOf = (calls: readonly { name: string; user: string | null }[]) =>
  JSON.parse(JSON.stringify(renderMessage({ tone: 'warning', title: 'Still waiting', calls }).attachments[0]?.content));

describe('people whom a message calls, in Teams', () => {
  test('are mentioned by their Entra object id, below the title', () => {
    const content = contentOf([{ name: 'Anton Approver', user }]);
    expect(content.body[1]).toMatchObject({ type: 'TextBlock', text: '<at>Anton Approver</at>' });
    expect(content.msteams.entities).toEqual([
      { type: 'mention', text: '<at>Anton Approver</at>', mentioned: { id: user, name: 'Anton Approver' } },
    ]);
  });

  test('keep nothing in their names that could mean something', () => {
    const content = contentOf([{ name: '**x** </at><at>everyone</at> [y](http://z)', user }]);
    expect(content.body[1].text).toMatch(/^<at>[^<>*[\]()]+<\/at>$/);
    expect(content.msteams.entities).toHaveLength(1);
  });

  test('without an account there are only named', () => {
    const content = contentOf([{ name: 'Ana', user: null }]);
    expect(content.body[1].text).toBe('Ana');
    expect(content.msteams.entities).toEqual([]);
  });
});
