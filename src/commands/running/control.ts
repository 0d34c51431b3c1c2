import { requestWords } from '../../messages/operation-words.ts';
import type { ControlVerb } from '../../runs/control.ts';
import { type AnswerContext, answering, type Command } from '../command-spec.ts';

const told: Readonly<Record<ControlVerb, string>> = { pause: 'Paused', resume: 'Resumed', stop: 'Stopped' };

const acting = (verb: ControlVerb) => async (context: AnswerContext) => {
  const done = await context.control.act(verb, context.words[0] ?? '', context.principal);
  if (!done.ok) return done;
  const { request, run } = done;
  const what = requestWords(request);
  return {
    ok: true,
    view: { tone: 'good', outcome: 'done', title: `${told[verb]}: ${what}`, context: `${request.id} · ${run.id}` },
  } as const;
};

const shape = {
  usage: 'REQUEST|RUN',
  words: { least: 1, most: 1 },
  options: [],
  risk: 'act',
  operations: [],
} as const;

/** `pause REQUEST`. */
export const pause: Command = {
  ...shape,
  name: 'pause',
  summary: 'Pause a run: what is under way is finished, nothing else is begun',
  examples: ['pause req_4kq1'],
  read: answering(acting('pause')),
};

/** `resume REQUEST`. */
export const resume: Command = {
  ...shape,
  name: 'resume',
  summary: 'Go on with a run that was paused or paused by itself',
  examples: ['resume req_4kq1'],
  read: answering(acting('resume')),
};

/** `stop REQUEST`. */
export const stop: Command = {
  ...shape,
  name: 'stop',
  summary: 'Stop a run for good: PCs not begun are left as they are',
  examples: ['stop req_4kq1'],
  read: answering(acting('stop')),
};
