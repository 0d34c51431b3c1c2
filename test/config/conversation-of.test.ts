import { describe, expect, test } from '@jest/globals';
import { placeWord } from '../../src/config/sections/field-schemas.ts';
import { conversationOf } from '../../src/config/settings/conversation-of.ts';
import { channelWord } from '../../src/policy/grants.ts';

const tenant = 'aaaaaaaa-0000-4000-8000-00000000000f';

describe('a place that the configuration names', () => {
  test.each(['console:local/it-ops', 'slack:T012AB3CD/C024BE91L', `teams:${tenant}/19:abc_def@thread.tacv2`])(
    '%s is the one that the policy means by the same word',
    (word) => {
      expect(placeWord.parse(word)).toBe(word);
      expect(channelWord(conversationOf(word))).toBe(word);
      expect(conversationOf(word)).toMatchObject({ direct: false, reference: {} });
    },
  );

  test('the case of a tenant does not matter', () => {
    expect(placeWord.parse(`teams:${tenant.toUpperCase()}/a`)).toBe(`teams:${tenant}/a`);
  });

  test.each(['any', '#it-ops', 'slack:T012AB3CD', 'irc:local/it-ops'])('%s is none', (word) => {
    expect(placeWord.safeParse(word).success).toBe(false);
    expect(() => conversationOf(word)).toThrow(TypeError);
  });
});
