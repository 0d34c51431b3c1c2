import type { DigestSettings } from '../digest/digest-settings.ts';
import { digestList, digestShow } from '../messages/digest/digest-list.ts';
import type { Conversation } from '../ports/chat.ts';
import type { AnswerContext, Command, FormSpec } from './command-spec.ts';

const shownTimes = 5;

const forms: readonly FormSpec[] = [
  {
    name: 'now',
    summary: 'Post a digest here at once; its times stay as they are',
    usage: '[NAME]',
    risk: 'read',
    operations: [],
  },
  {
    name: 'list',
    summary: 'List the digests and when they come next',
    usage: '',
    risk: 'read',
    operations: [],
  },
  {
    name: 'show',
    summary: 'Show where a digest goes, what is in it, and its next times',
    usage: 'NAME',
    risk: 'read',
    operations: [],
  },
];

/** `digest now|list|show`: what happened since the last digest, and when the next one comes. */
export const digest: Command = {
  name: 'digest',
  summary: 'Post what happened since the last digest, or list digests',
  usage: 'now [NAME]|list|show NAME',
  words: { least: 0, most: 2 },
  options: [],
  examples: ['digest now', 'digest now it-ops', 'digest list', 'digest show it-ops'],
  risk: 'read',
  operations: [],
  forms,
  read: (words) => {
    const [form = 'list', id] = words.map((word) => word.toLowerCase());
    if (form === 'list' && id === undefined) return { kind: 'answer', answer: async (context) => list(context) };
    if (form === 'show' && id !== undefined) return { kind: 'answer', answer: async (context) => show(context, id) };
    if (form === 'now') return { kind: 'answer', answer: (context) => now(context, id) };
    return { kind: 'mistake', problem: 'It is digest now, digest now NAME, digest list or digest show NAME.' };
  },
};

const list = ({ digests }: AnswerContext) => ({
  ok: true as const,
  view: digestList(digests.all.map((each) => ({ digest: each, next: digests.next(each, 1) }))),
});

function show({ digests }: AnswerContext, id: string) {
  const found = digests.all.find((each) => each.id === id);
  if (!found) return unknown(digests.all, id);
  return { ok: true as const, view: digestShow(found, digests.next(found, shownTimes)) };
}

async function now({ digests, conversation }: AnswerContext, id: string | undefined) {
  const found = id === undefined ? meantHere(digests.all, conversation) : digests.all.find((each) => each.id === id);
  if (!found) return unknown(digests.all, id);
  await digests.tellNow(found, conversation);
  return { ok: true as const, view: { tone: 'working', title: `Digest ${found.id} is being posted here` } as const };
}

/** The one that goes to this channel, else the only one there is. */
function meantHere(all: readonly DigestSettings[], { platform, channel }: Conversation): DigestSettings | undefined {
  const here = all.filter(({ conversation: at }) => at.platform === platform && at.channel === channel);
  const [only, ...others] = here.length > 0 ? here : all;
  return others.length > 0 ? undefined : only;
}

function unknown(all: readonly DigestSettings[], id: string | undefined) {
  const names = all.map((each) => each.id).join(', ');
  const known = names === '' ? 'The configuration has no digests.' : `Digests are ${names}.`;
  const problem = id === undefined ? 'Say which digest.' : `There is no digest \`${id}\`.`;
  return { ok: false as const, code: 'bad_usage' as const, details: [names === '' ? known : `${problem} ${known}`] };
}
