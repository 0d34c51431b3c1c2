import type { SecretStore } from '../../ports/store/secret-store.ts';
import { readSecret, type SecretInput, SecretInputError } from './read-secret.ts';

/** What the `secret` commands work with. */
export interface SecretCommand {
  /** Opens the encrypted store; not called when the command is wrong already. */
  readonly open: () => Promise<SecretStore>;
  readonly input: SecretInput;
  readonly out: (text: string) => void;
  /** Text without a line break at its end, such as a prompt. */
  readonly prompt: (text: string) => void;
  readonly err: (text: string) => void;
}

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** `oob secret set NAME`: stores what comes over standard input. Resolves to the exit code. Rejects when the store does. */
export async function runSecretSet(name: string, { open, input, out, prompt, err }: SecretCommand): Promise<number> {
  if (!isName(name, err)) return 2;
  try {
    // Opened first: nobody types a password only to hear that the store has no key.
    const store = await open();
    const replaced = (await store.names()).includes(name);
    await store.set(name, await readSecret(input, prompt));
    out(
      `${replaced ? 'Replaced' : 'Stored'} ${name}. Refer to it with { secret: ${name} }; a running service reads it at its next start.`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof SecretInputError)) throw error;
    err(error.message);
    return error.cancelled ? 130 : 2;
  }
}

/** `oob secret list`: names, one per line; never a value. */
export async function runSecretList({ open, out, err }: SecretCommand): Promise<number> {
  const names = await (await open()).names();
  for (const name of names) out(name);
  if (names.length === 0) err('The store holds no secret.');
  return 0;
}

/** `oob secret remove NAME`. Ends 1 when there was none of that name. */
export async function runSecretRemove(name: string, { open, out, err }: SecretCommand): Promise<number> {
  if (!isName(name, err)) return 2;
  if (await (await open()).remove(name)) {
    out(`Removed ${name}.`);
    return 0;
  }
  err(`There is no secret ${name}.`);
  return 1;
}

function isName(name: string, err: (text: string) => void): boolean {
  if (nameShape.test(name)) return true;
  // Not repeated: somebody may have put the secret where the name belongs.
  err('The name of a secret has 1 to 63 letters, digits, - _ and dots, and starts with a letter or digit.');
  return false;
}
