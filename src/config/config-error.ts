/** One thing that is wrong with the configuration. No field ever holds a secret. */
export interface ConfigProblem {
  /** Where, such as `people[2].roles[0]`; empty for the file as a whole. */
  readonly path: string;
  /** Line in the file, from 1; null when nothing of it stands there. */
  readonly line: number | null;
  /** What stands there, masked where it might be a secret. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
  /** A whole sentence that says what to do; null when `allowed` says it all. */
  readonly advice: string | null;
}

/** The configuration can't be used. The message lists every problem, one per line, and is fit for a terminal. */
export class ConfigError extends Error {
  readonly code = 'ERR_CONFIG';
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[], options: { cause?: unknown } = {}) {
    super(
      [
        `${file}: ${problems.length === 1 ? 'one mistake' : `${problems.length} mistakes`}`,
        ...problems.map(sentence),
      ].join('\n'),
      options,
    );
    this.name = 'ConfigError';
    this.file = file;
    this.problems = problems;
  }
}

function sentence({ path, line, found, allowed, advice }: ConfigProblem): string {
  const where = [line === null ? '' : `line ${line}`, path].filter((part) => part !== '').join(', ');
  return `  ${where === '' ? '' : `${where}: `}found ${found}; allowed: ${allowed}.${advice === null ? '' : ` ${advice}`}`;
}
