import { CommanderError } from 'commander';
import { redactText } from '../logging/redact.ts';
import { buildProgram, type CliActions, type CliSurface } from './program.ts';

/** Errors whose message is written for the person at the terminal, by their code. */
const wrongInput = new Set(['ERR_CONFIG', 'ERR_INVENTORY', 'ERR_SECRET_INPUT']);

/**
 * Runs one command line, without the program's own path. Resolves to the exit code and never rejects: 0 done, 1 failed, 2 wrong
 * use, or what the command says.
 */
export async function runCli(args: readonly string[], actions: CliActions, surface: CliSurface): Promise<number> {
  let exitCode = 0;
  try {
    const program = buildProgram(actions, surface, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    surface.err(`${sentence(error)}\n`);
    return wrongInput.has(codeOf(error)) ? 2 : 1;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

function sentence(error: unknown): string {
  const message =
    error instanceof Error && error.message !== ''
      ? error.message
      : `Failed without a reason (${codeOf(error) || typeof error}).`;
  return redactText(message);
}
