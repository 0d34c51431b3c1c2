import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A child process with a store of its own. */
export interface Child {
  readonly pid: number;
  /** Sends a command; resolves to the next line that the child says. */
  ask(command: string): Promise<string>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Exit code; rejects with what it wrote to stderr when it was not 0. */
  ended(): Promise<void>;
}

/** Starts test/store/child-service.ts on the directory and waits until its store is open. */
export async function startChild(directory: string, user: { uid?: number; gid?: number } = {}): Promise<Child> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'child-service.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, directory], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    ...user,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const next = await lines.next();
    if (!next.done) return next.value;
    await exit;
    throw new Error(`the child ended: ${errors}`);
  };
  await line();
  return {
    pid: child.pid ?? 0,
    ask(command) {
      child.stdin.write(`${command}\n`);
      return line();
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async ended() {
      const [code] = await exit;
      if (code !== 0) throw new Error(`exit code ${code}: ${errors}`);
    },
  };
}
