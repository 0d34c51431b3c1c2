import type { CommandSpec } from '../commands/command-spec.ts';
import { oneLine } from '../messages/format.ts';

/** Bounds on what a person may type. */
export const bounds = { characters: 4_000, words: 200, reason: 500 } as const;

/** A command line in pieces. */
export interface ParsedCommand {
  readonly spec: CommandSpec;
  readonly words: readonly string[];
  /** Value of an option that has one; empty string for a flag that is set. */
  readonly options: ReadonlyMap<string, string>;
}

/** What was typed, or what is wrong with it. `unknown` is a verb that no command has. */
export type ParseResult =
  | { readonly ok: true; readonly command: ParsedCommand }
  | { readonly ok: false; readonly code: 'unknown_command'; readonly verb: string; readonly rest: string }
  | { readonly ok: false; readonly code: 'bad_usage'; readonly spec: CommandSpec; readonly problem: string }
  | { readonly ok: false; readonly code: 'too_long' };

/** Splits at blanks; "double" and 'single' quotes (and the curly ones that phones type) hold a word together. Null: a quote stays open. */
export function splitWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (const character of text.replace(/[\u201c\u201d\u201e]/g, '"').replace(/[\u2018\u2019]/g, "'")) {
    if (quote !== null) {
      if (character === quote) quote = null;
      else word += character;
    } else if (character === '"' || (character === "'" && word === null)) {
      quote = character;
      word ??= '';
    } else if (/\s/u.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words;
}

/** Reads a command. Phones turn `--` into a dash of their own; it counts as `--`. Pure. */
export function parseCommand(text: string, specs: readonly CommandSpec[]): ParseResult {
  if (text.length > bounds.characters) return { ok: false, code: 'too_long' };
  const trimmed = text.trim();
  const verb = (/^\S+/.exec(trimmed)?.[0] ?? 'home').toLowerCase();
  const spec = specs.find((each) => each.name === verb);
  if (!spec) return { ok: false, code: 'unknown_command', verb: oneLine(verb, 40), rest: trimmed.slice(verb.length) };
  const bad = (problem: string): ParseResult => ({ ok: false, code: 'bad_usage', spec, problem });
  const all = splitWords(trimmed.slice(verb.length));
  if (all === null) return bad('A quote is opened and never closed.');
  if (all.length > bounds.words) return { ok: false, code: 'too_long' };

  const words: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < all.length; index += 1) {
    const word = all[index] ?? '';
    const dashed = /^(?:--|[\u2013\u2014])([a-z][a-z-]*)(?:=(.*))?$/isu.exec(word);
    if (!dashed) {
      words.push(word);
      continue;
    }
    const name = (dashed[1] ?? '').toLowerCase();
    const option = spec.options.find((each) => each.name === name);
    if (!option && spec.keepsOptions) {
      words.push(word);
      continue;
    }
    if (!option) return bad(`${spec.name} has no option --${name}.`);
    if (options.has(name)) return bad(`--${name} is given twice.`);
    if (option.value === null) {
      if (dashed[2] !== undefined) return bad(`--${name} takes no value.`);
      options.set(name, '');
      continue;
    }
    const value = dashed[2] ?? all[++index];
    if (value === undefined || value === '') return bad(`--${name} needs a value: --${name} ${option.value}.`);
    options.set(name, value);
  }
  if (words.length < spec.words.least) return bad(`Something is missing after ${spec.name}.`);
  if (words.length > spec.words.most)
    return bad(
      spec.words.most === 0
        ? `${spec.name} takes nothing after it.`
        : `At most ${spec.words.most} words may follow ${spec.name}.`,
    );
  return { ok: true, command: { spec, words, options } };
}
