import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that has ended. */
export interface Ended {
  readonly code: number | null;
  /** What it said on both channels. */
  readonly said: string;
}

/** How a program is run. */
export interface ProgramOptions {
  /** Its standard input; default empty. */
  readonly input?: string;
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Takes each piece of its standard output as it comes. */
  readonly heard?: (text: string) => void;
}

/** Runs a program to its end. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { input = '', env = {}, folder, heard }: ProgramOptions = {},
): Promise<Ended> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
    heard?.(bytes.toString('utf8'));
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  // It may end before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code]: (number | null)[] = await once(child, 'close');
  return { code: code ?? null, said };
}

/** The same, and rejects with what it said when it ends with another code than 0. Resolves to what it said. */
export async function must(program: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  const { code, said } = await runProgram(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${said.trim()}`);
  return said;
}
