import type { Command } from '../commands/command-spec.ts';
import type { OperationName } from '../operations/operation.ts';
import { parseCommand } from '../router/parse.ts';

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
  const parsed = parseCommand(text, commands);
  if (!parsed.ok) {
    if (parsed.code === 'unknown_command') return refuse('bad_usage', `There is no command \`${parsed.verb}\``);
    return refuse('bad_usage', parsed.code === 'bad_usage' ? parsed.problem : 'The command is too long.');
  }
  const { words, options, spec } = parsed.command;
  const meaning = commands.find(({ name }) => name === spec.name)?.read(words, options, { now, timeZone });
  if (!meaning || meaning.kind === 'answer') return refuse('not_schedulable', `\`${spec.name}\` only answers`);
  if (meaning.kind === 'mistake') return refuse('bad_usage', meaning.problem);
  const { operation, parameters, targetWords } = meaning;
  if (options.has('dry-run')) return refuse('not_schedulable', '`--dry-run` does nothing');
  if (dated.includes(operation)) return refuse('not_schedulable', `\`${spec.name}\` names a date of its own`);
  return { ok: true, command: { operation, parameters, targetWords, reason: options.get('reason') ?? null } };
}
