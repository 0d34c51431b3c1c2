import { resolveTargets } from '../../inventory/resolve-targets.ts';
import { parseTargets } from '../../inventory/targets.ts';
import { listed, oneLine, plural } from '../../messages/format.ts';
import { unknownTarget } from '../../messages/unknown-target.ts';
import { isAdministrator } from '../../policy/grants.ts';
import { bounds } from '../../router/parse.ts';
import { type AnswerContext, answering, type Command } from '../command-spec.ts';
import { reasonOption } from '../options.ts';

async function force({ words, options, principal, policy, store, clock }: AnswerContext) {
  const refuse = (code: 'not_administrator' | 'bad_usage', ...details: string[]) =>
    ({ ok: false, code, details }) as const;
  if (!isAdministrator(principal, policy)) return refuse('not_administrator');
  const reason = oneLine(options.get('reason') ?? '', bounds.reason);
  if (reason === '') return refuse('bad_usage', 'Say why: --reason "...".');
  const targets = parseTargets(words);
  if (!targets.ok) return refuse('bad_usage', targets.problem);
  const resolved = await resolveTargets(targets.steps, store.inventory);
  if (!resolved.ok) return { ok: false, code: 'no_such_target', details: [unknownTarget(resolved.unknown)] } as const;
  const ids = resolved.devices.map((device) => device.id);
  const freed = await store.runs.unlock(ids, { by: principal.id, at: clock.now(), reason });
  if (freed.length === 0) return { ok: true, view: { tone: 'neutral', title: 'None of these PCs is held' } } as const;
  const names = listed(
    freed.map((held) => held.name),
    freed.length,
    5,
  );
  return {
    ok: true,
    view: {
      tone: 'warning',
      outcome: 'done',
      title: `Freed ${plural(freed.length, 'PC')}: ${names}`,
      text: 'What is under way on them was not cut off; its outcome is recorded when it comes. Look before you act on them.',
      context: [...new Set(freed.map((held) => held.requestId))].slice(0, 5).join(', '),
    },
  } as const;
}

/** `unlock TARGETS --reason TEXT`, for administrators. */
export const unlock: Command = {
  name: 'unlock',
  summary: 'Free PCs that an operation holds, whoever it is (administrators)',
  usage: 'TARGETS --reason TEXT',
  words: { least: 1, most: 100 },
  options: [reasonOption],
  examples: ['unlock host42 --reason "worker hangs"'],
  risk: 'act',
  operations: [],
  read: answering(force),
};
