import { oneLine } from '../../messages/format.ts';
import { bounds } from '../../router/parse.ts';
import { answering, type Command } from '../command-spec.ts';
import { reasonOption } from '../options.ts';

/** `retry REQUEST`, as the button does. */
export const retry: Command = {
  name: 'retry',
  summary: 'Ask again for the PCs of a request that did not go well',
  usage: 'REQUEST|RUN',
  words: { least: 1, most: 1 },
  options: [{ ...reasonOption, summary: 'another reason than that of the request' }],
  examples: ['retry req_4kq1'],
  risk: 'act',
  operations: [],
  read: answering(async ({ requests, words, options, principal, conversation }) => {
    const reason = oneLine(options.get('reason') ?? '', bounds.reason);
    const asked = await requests.retry(words[0] ?? '', {
      ...{ principal, conversation },
      reason: reason === '' ? null : reason,
    });
    // The new request has a card of its own.
    return asked.ok ? { ok: true, view: null } : asked;
  }),
};
