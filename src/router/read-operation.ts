import type { Command, CommandSpec, Moment } from '../commands/command-spec.ts';
import { nearest } from '../inventory/resolve-targets.ts';
import type { OperationName } from '../operations/operation.ts';
import { parseCommand } from './parse.ts';

/** What a command asks for, without who asks it and where. */
export interface AskedOperation {
  readonly spec: CommandSpec;
  readonly operation: OperationName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly targetWords: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Reads a command that plans an operation; `problem` is a whole sentence. `answers`: it is a command that only answers. Pure. */
export function readOperation(
  text: string,
  commands: readonly Command[],
  moment: Moment,
):
  | { readonly ok: true; readonly asked: AskedOperation }
  | { readonly ok: false; readonly kind: 'mistake' | 'answers'; readonly problem: string } {
  const refuse = (kind: 'mistake' | 'answers', problem: string) => ({ ok: false, kind, problem }) as const;
  const parsed = parseCommand(text, commands);
  if (!parsed.ok) {
    if (parsed.code === 'unknown_command') {
      const meant = nearest(
        parsed.verb,
        commands.map(({ name }) => name),
      );
      const hint = meant === null ? '' : ` Did you mean \`${meant}\`?`;
      return refuse('mistake', `There is no command \`${parsed.verb}\`.${hint}`);
    }
    return refuse('mistake', parsed.code === 'bad_usage' ? parsed.problem : 'The command is too long.');
  }
  const { words, options, spec } = parsed.command;
  const meaning = commands.find(({ name }) => name === spec.name)?.read(words, options, moment);
  if (!meaning || meaning.kind === 'answer')
    return refuse('answers', `\`${spec.name}\` does nothing to PCs, so there is nothing to plan`);
  if (meaning.kind === 'mistake') return refuse('mistake', meaning.problem);
  const { operation, parameters, targetWords } = meaning;
  return { ok: true, asked: { spec, operation, parameters, targetWords, options } };
}
