import { z } from 'zod';
import { parseView } from '../../../../src/messages/parse-view.ts';
import { renderText } from '../../../../src/messages/text.ts';
import type { View } from '../../../../src/messages/view.ts';
import type { PersonId } from './people.ts';
import type { Service } from './service.ts';

/** How a command ended. */
export interface Answer {
  /** Exit code of `oob say`: 0 done, 1 some failed, 2 refused, 3 waiting, 4 not reached. */
  readonly code: number | null;
  /** The last state of the message. */
  readonly view: View;
  /** The last states of messages in its thread. */
  readonly thread: readonly View[];
  /** All of it as a person reads it. */
  readonly text: string;
}

/** Talks with the service by `oob say` alone. */
export interface Conversation {
  /** Says it and waits until it is done, refused or waiting. */
  say(person: PersonId, text: string): Promise<Answer>;
  /** The same, and rejects unless it is done, or ends with the code that is named. */
  must(person: PersonId, text: string, code?: number): Promise<Answer>;
  /** Says it, has what waits approved by these people, or confirmed, and waits for its end. */
  agreed(person: PersonId, text: string, ...approvers: readonly PersonId[]): Promise<Answer>;
}

const lineSchema = z.object({
  message: z.number(),
  thread: z.number().nullable(),
  outcome: z.string(),
  view: z.unknown(),
});
type Line = z.output<typeof lineSchema>;

/** A conversation with the service that runs. */
export function createConversation(service: Service): Conversation {
  const answerOf = (said: string, code: number | null): Answer => {
    const last = new Map<number, Line>();
    for (const line of said.split('\n')) {
      const parsed = readLine(line);
      if (parsed) last.set(parsed.message, parsed);
    }
    const states = [...last.values()];
    const viewsOf = (lines: readonly Line[]) => lines.flatMap(({ view }) => parseView(view) ?? []);
    const [view] = viewsOf(states.filter(({ thread }) => thread === null)).slice(-1);
    if (!view) throw new Error(`no answer (${code}): ${said.trim()}`);
    const thread = viewsOf(states.filter((each) => each.thread !== null));
    return { code, view, thread, text: [view, ...thread].map((each) => renderText(each)).join('\n') };
  };
  const say: Conversation['say'] = async (person, text) => {
    const { code, said } = await service.say(person, text);
    return answerOf(said, code);
  };
  const must: Conversation['must'] = async (person, text, code = 0) => {
    const answer = await say(person, text);
    if (answer.code !== code) throw new Error(`"${text}" ended ${answer.code}, not ${code}:\n${answer.text}`);
    return answer;
  };
  return {
    say,
    must,
    async agreed(person, text, ...approvers) {
      let heardSoFar = '';
      let found: (id: string | null) => void = () => {};
      const request = new Promise<string | null>((resolve) => {
        found = resolve;
      });
      const heard = (piece: string) => {
        heardSoFar += piece;
        for (const line of heardSoFar.split('\n').slice(0, -1)) {
          const state = readLine(line);
          const id =
            state?.outcome === 'waiting' ? /req_\w+/.exec(parseView(state.view)?.context ?? '')?.[0] : undefined;
          if (id !== undefined) found(id);
        }
      };
      const ended = service.say(person, text, { args: ['--wait'], heard });
      ended.then(
        () => found(null),
        () => found(null),
      );
      const id = await request;
      if (id === null) {
        const { code, said } = await ended;
        throw new Error(`"${text}" did not wait for anybody (${code}):\n${answerOf(said, code).text}`);
      }
      if (approvers.length === 0) await must(person, `confirm ${id}`);
      // Nobody approves a request of their own.
      if (approvers.length > 0) await must(person, `approve ${id}`, 2);
      for (const approver of approvers) await must(approver, `approve ${id}`);
      const { code, said } = await ended;
      return answerOf(said, code);
    },
  };
}

function readLine(line: string): Line | null {
  if (!line.startsWith('{')) return null;
  const parsed = lineSchema.safeParse(JSON.parse(line));
  return parsed.success ? parsed.data : null;
}
