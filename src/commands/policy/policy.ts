import type { Refusal } from '../../approvals/wish.ts';
import { policyCard } from '../../messages/plan/policy-card.ts';
import { isAdministrator } from '../../policy/grants.ts';
import type { AnswerContext, Command } from '../command-spec.ts';
import { conversationOf, explainPolicy, momentOf } from './explain-policy.ts';

const refuse = (code: Refusal['code'], ...details: readonly string[]): Refusal => ({ ok: false, code, details });

/** `policy`: what is in force; `policy explain "COMMAND"`: what would be decided, and why. */
export const policy: Command = {
  name: 'policy',
  summary: 'Show the policy in force, or what it would say to a command and why',
  usage: '[explain "COMMAND"]',
  words: { least: 0, most: 200 },
  options: [
    { name: 'as', value: 'PERSON', summary: 'ask for somebody else (administrators)' },
    { name: 'at', value: 'TIME', summary: 'ask for another time: "2026-12-24 22:00", or with an offset' },
    { name: 'channel', value: 'CHANNEL', summary: 'ask for another channel: slack:TEAM/CHANNEL' },
  ],
  keepsOptions: true,
  examples: [
    'policy',
    `policy explain 'poweroff site:madrid --reason "fire drill"'`,
    'policy explain "reset host42" --at "2026-12-24 22:00"',
  ],
  risk: 'read',
  operations: [],
  read: (words) => {
    const [form, ...rest] = words;
    if (form === undefined) return { kind: 'answer', answer: overview };
    if (form.toLowerCase() !== 'explain') return { kind: 'mistake', problem: `There is no policy \`${form}\`.` };
    if (rest.join('').trim() === '')
      return { kind: 'mistake', problem: 'Which command? Put it in quotes behind explain.' };
    return { kind: 'answer', answer: explain };
  },
};

const overview = async ({ policy: rules, clock, timeZone }: AnswerContext) =>
  ({ ok: true, view: policyCard({ policy: rules, now: clock.now(), timeZone }) }) as const;

async function explain(context: AnswerContext) {
  const { words, options, people, clock, timeZone, commands, requests } = context;
  const id = options.get('as');
  if (id !== undefined && id !== context.principal.id && !isAdministrator(context.principal, context.policy))
    return refuse('not_allowed', '`--as` somebody else is for administrators');
  const principal = id === undefined ? context.principal : people.byId(id);
  if (!principal) return refuse('bad_usage', `There is nobody with the id \`${id}\``);
  const at = momentOf(options.get('at'), clock.now(), timeZone);
  if (!at) return refuse('bad_usage', '`--at` takes a date and time such as "2026-12-24 22:00"');
  const word = options.get('channel');
  const conversation = word === undefined ? context.conversation : conversationOf(word);
  if (!conversation) return refuse('bad_usage', '`--channel` takes PLATFORM:TENANT/CHANNEL');
  return explainPolicy(
    { commandText: commandOf(words.slice(1)), principal, conversation, at },
    { explain: requests.explain, commands, people, timeZone },
  );
}

/** A command in quotes is one word. */
function commandOf(words: readonly string[]): string {
  const [first = ''] = words;
  return words.length === 1 ? first : words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ');
}
