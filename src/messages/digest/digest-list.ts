import type { DigestSettings } from '../../digest/digest-settings.ts';
import type { Conversation } from '../../ports/chat.ts';
import { listed } from '../format.ts';
import type { View } from '../view.ts';
import { dayTime } from './words.ts';

const placeWord = ({ platform, name, channel }: Conversation) => `${platform} ${name ?? channel}`;
const nextWord = ([next]: readonly Date[], timeZone: string) => (next ? dayTime(next, timeZone) : 'never');

/** The digests and when they come next. Pure. */
export function digestList(all: readonly { readonly digest: DigestSettings; readonly next: readonly Date[] }[]): View {
  if (all.length === 0)
    return {
      tone: 'neutral',
      title: 'There are no digests',
      text: ['They stand in the configuration, under ', { code: 'digests' }, '.'],
    };
  return {
    tone: 'neutral',
    title: all.length === 1 ? '1 digest' : `${all.length} digests`,
    table: {
      columns: ['Digest', 'Where', 'Next', 'Sites'],
      rows: all.map(({ digest, next }) => [
        digest.id,
        placeWord(digest.conversation),
        nextWord(next, digest.timeZone),
        digest.sites === null ? 'all' : listed(digest.sites),
      ]),
    },
    context: '/oob digest now posts one at once',
  };
}

/** One digest in full. Pure. */
export function digestShow(digest: DigestSettings, next: readonly Date[]): View {
  const { id, conversation, fallback, cronText, timeZone, sites, sections } = digest;
  return {
    tone: 'neutral',
    title: `Digest ${id}: next ${nextWord(next, timeZone)}`,
    facts: [
      { label: 'Where', value: placeWord(conversation) },
      { label: 'If that fails', value: fallback ? placeWord(fallback) : 'tried for a day, then only in the log' },
      { label: 'When', value: `${cronText} (${timeZone})` },
      { label: 'Next times', value: next.map((at) => dayTime(at, timeZone)).join(', ') || 'never' },
      { label: 'Sites', value: sites === null ? 'all' : sites.join(', ') },
      { label: 'Parts', value: sections.join(', ') },
    ],
  };
}
