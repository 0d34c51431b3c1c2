import { linkedCard } from '../messages/cards/link-card.ts';
import { plural } from '../messages/format.ts';
import { platforms } from '../ports/chat.ts';
import { answering, type Command } from './command-spec.ts';

/** `link`: with an unknown account a code, with the code of another account its link to you. */
export const link: Command = {
  name: 'link',
  summary: 'Link your account on another platform, with the code it shows',
  usage: '[CODE]',
  words: { least: 0, most: 1 },
  options: [],
  examples: ['link', 'link 4KQ7-TZ2M'],
  risk: 'act',
  operations: [],
  read: answering(async ({ words, principal, linking }) => {
    const [code] = words;
    if (code === undefined) {
      const how = [
        'On the other platform, with the account that is not known yet, type ',
        { code: '/oob link' },
        '. It shows a code; type it here.',
      ];
      return { ok: true, view: { tone: 'neutral', title: `You are ${principal.name} here`, text: how } };
    }
    const accepted = await linking.accept(code, principal);
    return accepted.ok ? { ok: true, view: linkedCard(accepted.account, accepted.displayName) } : accepted;
  }),
};

/** `unlink PLATFORM`. */
export const unlink: Command = {
  name: 'unlink',
  summary: 'End the links of your accounts on a platform',
  usage: platforms.join('|'),
  words: { least: 1, most: 1 },
  options: [],
  examples: ['unlink slack'],
  risk: 'act',
  operations: [],
  read: (words) => {
    const platform = platforms.find((each) => each === words[0]?.toLowerCase());
    if (!platform) return { kind: 'mistake', problem: `Which platform? One of ${platforms.join(', ')}.` };
    return {
      kind: 'answer',
      answer: async ({ principal, linking }) => {
        const ended = await linking.unlink(principal, platform);
        return ended.ok
          ? {
              ok: true,
              view: { tone: 'good', outcome: 'done', title: `Ended ${plural(ended.links, 'link')} on ${platform}` },
            }
          : ended;
      },
    };
  },
};
