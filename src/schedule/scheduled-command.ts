import type { Command } from '../commands/command-spec.ts';
import type { OperationName } from '../operations/operation.ts';
import { readOperation } from '../router/read-operation.ts';

/** What a scheduled command asks for each time. */
export interface ScheduledCommand {
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly targetWords: readonly string[];
  readonly reason: string | null;
}

/** Operations whose command names a date of its own: over at the second tick. */
const dated: readonly OperationName[] = ['set-alarm'];

/** Reads the command of a schedule; `problem` is a whole sentence. Pure. */
export function readScheduled(
  text: string,
  commands: readonly Command[],
  now: Date,
  timeZone: string,
):
  | { readonly ok: true; readonly command: ScheduledCommand }
  | { readonly ok: false; readonly code: 'not_schedulable' | 'bad_usage'; readonly problem: string } {
  const refuse = (code: 'not_schedulable' | 'bad_usage', problem: string) => ({ ok: false, code, problem }) as const;
  const read = readOperation(text, commands, { now, timeZone });
  if (!read.ok) return refuse(read.kind === 'answers' ? 'not_schedulable' : 'bad_usage', read.problem);
  const { spec, operation, parameters, targetWords, options } = read.asked;
  if (options.has('dry-run')) return refuse('not_schedulable', '`--dry-run` does nothing');
  if (options.has('break-glass'))
    return refuse('not_schedulable', '`--break-glass` is for a person who decides now, with a reason of the moment');
  if (dated.includes(operation)) return refuse('not_schedulable', `\`${spec.name}\` names a date of its own`);
  return { ok: true, command: { operation, parameters, targetWords, reason: options.get('reason') ?? null } };
}
