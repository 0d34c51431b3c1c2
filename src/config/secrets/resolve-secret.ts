import { readFile, stat } from 'node:fs/promises';
import type { SecretStore } from '../../ports/store/secret-store.ts';
import { errorCode } from '../error-code.ts';
import type { SecretRef } from '../sections/secret-ref.ts';

/** Where secrets come from. Each answers null when there is none of that name. */
export interface SecretSources {
  readonly env: (name: string) => string | null;
  readonly file: (path: string) => Promise<string | null>;
  readonly secret: (name: string) => Promise<string | null>;
  /** When the secret behind a reference was set last; null where nobody knows, as of environment variables. */
  readonly setAt: (ref: SecretRef) => Promise<Date | null>;
}

/** What of the encrypted store is read. */
export type SecretReader = Pick<SecretStore, 'get' | 'setAt'>;

/** A secret could not be had. The message names the reference and what to do, never a value. */
export class SecretError extends Error {
  readonly code = 'ERR_SECRET';

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'SecretError';
  }
}

/** Longest secret in characters; a longer file is the wrong file. */
const longestSecret = 65_536;

/** The usual sources: this environment, files by absolute path, and the encrypted store, opened at each look (absent: none is reachable). */
export function createSecretSources(
  environment: Readonly<Record<string, string | undefined>>,
  openSecrets: () => Promise<SecretReader | null> = async () => null,
): SecretSources {
  return {
    env: (name) => environment[name] ?? null,
    file: readSecretFile,
    secret: async (name) => (await openSecrets())?.get(name) ?? null,
    async setAt(ref) {
      if ('file' in ref) return (await stat(ref.file).catch(() => null))?.mtime ?? null;
      return 'secret' in ref ? ((await openSecrets())?.setAt(ref.secret) ?? null) : null;
    },
  };
}

/** The secret behind a reference: one trailing line break taken off, never empty. Rejects with SecretError. */
export async function resolveSecret(ref: SecretRef, sources: SecretSources): Promise<string> {
  if ('env' in ref) {
    return usable(sources.env(ref.env), `environment variable ${ref.env}`, 'Set it where the service is started.');
  }
  if ('file' in ref) {
    return usable(
      await sources.file(ref.file),
      `file ${ref.file}`,
      'Write the secret into it, readable by the service only.',
    );
  }
  return usable(
    await sources.secret(ref.secret),
    `stored secret ${ref.secret}`,
    `Store it with: oob secret set ${ref.secret}`,
  );
}

/** How a reference is written in messages. */
export function secretRefText(ref: SecretRef): string {
  return Object.entries(ref)
    .map(([kind, name]) => `${kind} ${name}`)
    .join(' ');
}

function usable(value: string | null, what: string, advice: string): string {
  if (value === null) throw new SecretError(`There is no ${what}. ${advice}`);
  const secret = value.replace(/\r?\n$/, '');
  if (secret === '') throw new SecretError(`The ${what} is empty. ${advice}`);
  if (secret.length > longestSecret) throw new SecretError(`The ${what} is too long to be a secret. ${advice}`);
  if (/[\0\r\n]/.test(secret) && !secret.startsWith('-----BEGIN ')) {
    throw new SecretError(`The ${what} has more than one line. ${advice}`);
  }
  return secret;
}

async function readSecretFile(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path);
    if (size > longestSecret) throw new SecretError(`The file ${path} is too large to be a secret.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof SecretError) throw error;
    const code = errorCode(error);
    if (code === 'ENOENT') return null;
    throw new SecretError(`The file ${path} can't be read (${code ?? 'unknown cause'}).`, { cause: error });
  }
}
