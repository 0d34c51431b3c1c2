import { clockTime, plural } from '../messages/format.ts';
import { requestWords } from '../messages/operation-words.ts';
import { waitsFor } from '../messages/plan/waits-for.ts';
import { answering, type Command } from './command-spec.ts';

const shownRequests = 20;

/** `approvals`: what waits for somebody's yes. */
export const approvals: Command = {
  name: 'approvals',
  summary: 'List requests that wait for an approval',
  usage: '',
  words: { least: 0, most: 0 },
  options: [],
  examples: ['approvals'],
  risk: 'read',
  operations: [],
  featured: true,
  read: answering(async ({ store, people, timeZone }) => {
    const waiting = await store.requests.waiting(shownRequests);
    if (waiting.length === 0) return { ok: true, view: { tone: 'neutral', title: 'Nothing waits for an approval' } };
    const rows = waiting.map((request) => [
      request.id,
      requestWords(request),
      people.nameOf(request.requester),
      waitsFor(request),
      request.expiresAt ? clockTime(request.expiresAt, timeZone) : '',
    ]);
    return {
      ok: true,
      view: {
        tone: 'neutral',
        title: `${plural(waiting.length, 'request')} waiting`,
        table: { columns: ['Request', 'What', 'By', 'Waits for', 'Until'], rows },
        text: [
          { code: '/oob approve REQUEST' },
          ' or ',
          { code: '/oob deny REQUEST' },
          '; your own: ',
          { code: '/oob confirm REQUEST' },
          ' or ',
          { code: '/oob withdraw REQUEST' },
        ],
      },
    };
  }),
};
