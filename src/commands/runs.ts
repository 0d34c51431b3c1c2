import { dateTime, duration } from '../messages/format.ts';
import { requestWords } from '../messages/operation-words.ts';
import { answering, type Command } from './command-spec.ts';

const shownRuns = 10;

/** `runs`: what was done last. */
export const runs: Command = {
  name: 'runs',
  summary: 'List the last runs and how they ended',
  usage: '',
  words: { least: 0, most: 0 },
  options: [],
  examples: ['runs'],
  risk: 'read',
  operations: [],
  featured: true,
  read: answering(async ({ store, people, timeZone, clock }) => {
    const latest = await store.runs.latest(shownRuns);
    const rows = await Promise.all(
      latest.map(async (run) => {
        const [request, progress] = await Promise.all([store.requests.get(run.requestId), store.runs.progress(run.id)]);
        const bad = progress.failed + progress.unknown;
        const tookMs = (run.endedAt ?? clock.now()).getTime() - run.startedAt.getTime();
        return [
          dateTime(run.startedAt, timeZone),
          request ? requestWords(request) : run.requestId,
          run.state === 'ended'
            ? `${progress.ok} ok${bad > 0 ? `, ${bad} failed` : ''}${progress.skipped > 0 ? `, ${progress.skipped} not begun` : ''} in ${duration(tookMs)}`
            : `${run.state}, ${progress.ok + bad} of ${progress.total}`,
          request ? people.nameOf(request.requester) : '',
          run.requestId,
        ];
      }),
    );
    return rows.length === 0
      ? { ok: true, view: { tone: 'neutral', title: 'Nothing has been run yet' } }
      : {
          ok: true,
          view: {
            tone: 'neutral',
            title: 'Last runs',
            table: { columns: ['Started', 'What', 'Outcome', 'By', 'Request'], rows },
          },
        };
  }),
};
