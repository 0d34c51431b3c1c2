import { dateTime, oneLine, plural } from '../../messages/format.ts';
import { operationWords } from '../../messages/operation-words.ts';
import { answering, type Command } from '../command-spec.ts';

const shownLocks = 30;

/** `locks`: who holds which PC, since when and why. */
export const locks: Command = {
  name: 'locks',
  summary: 'List PCs that an operation holds: who, since when, why',
  usage: '',
  words: { least: 0, most: 0 },
  options: [],
  examples: ['locks'],
  risk: 'read',
  operations: [],
  read: answering(async ({ store, people, timeZone }) => {
    const { devices, total } = await store.runs.held(shownLocks);
    if (total === 0) return { ok: true, view: { tone: 'neutral', title: 'No PC is held' } };
    const rows = devices.map((held) => [
      held.name,
      operationWords[held.operation].verb,
      people.nameOf(held.requester),
      dateTime(held.since, timeZone),
      oneLine(held.reason ?? '', 60),
      held.requestId,
    ]);
    const more = total - rows.length;
    if (more > 0) rows.push([`and ${more} more`, '', '', '', '', '']);
    return {
      ok: true,
      view: {
        tone: 'neutral',
        title: `${plural(total, 'PC is', 'PCs are')} held`,
        table: { columns: ['PC', 'By', 'Asked by', 'Since', 'Reason', 'Request'], rows },
        text: 'One operation at a time works on a PC; it lets go when it has ended.',
      },
    };
  }),
};
