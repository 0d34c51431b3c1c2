import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { SecretStore } from '../../../src/ports/store/secret-store.ts';
import { errorCode, StoreError } from '../store-error.ts';
import { type KeySource, readSealingKey, seal, sealedSchema, unseal } from './sealing.ts';

/** What `createSecretStore` needs. */
export interface SecretStoreOptions {
  /** Directory of the file `secrets.json`; made when missing. */
  readonly directory: string;
  readonly keySource: KeySource;
  /** Default: the machine's clock. */
  readonly now?: () => Date;
}

/** Secrets set before `setAt` was noted have none. */
const entrySchema = z.object({ ...sealedSchema.shape, setAt: z.iso.datetime().exactOptional() });
const fileFormat = z.object({ version: z.literal(1), secrets: z.record(z.string(), entrySchema) });
type Entry = z.infer<typeof entrySchema>;
type Secrets = Readonly<Record<string, Entry>>;

const abandonedMs = 10_000;
const nameFormat = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/**
 * Secrets in one file, each encrypted with AES-256-GCM; its name and when it was set are authenticated with it, so that entries can't be
 * swapped nor made younger.
 * Rejects with ERR_SECRET_KEY when the key is missing, malformed or another one than the file was written with.
 */
export async function createSecretStore(options: SecretStoreOptions): Promise<SecretStore> {
  const { directory, keySource, now = () => new Date() } = options;
  const path = join(directory, 'secrets.json');
  const key = await readSealingKey(keySource);
  // The key is proved now, and not at the first alarm in the night.
  const present = await load(path);
  for (const [name, entry] of Object.entries(present)) opened(key, name, entry);

  /** Changes run one after the other, those of other processes too, each on what the file says then. */
  async function change<T>(work: (secrets: Secrets) => { next: Secrets | null; result: T }): Promise<T> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const fresh = await openFresh(`${path}.new`);
    let moved = false;
    try {
      const { next, result } = work(await load(path));
      if (next) {
        await fresh.writeFile(`${JSON.stringify({ version: 1, secrets: next }, null, 2)}\n`);
        await fresh.sync();
        await rename(`${path}.new`, path);
        moved = true;
        await syncDirectory(directory);
      }
      return result;
    } finally {
      await fresh.close();
      if (!moved) await rm(`${path}.new`, { force: true });
    }
  }

  return {
    async set(name, value) {
      if (!nameFormat.test(name))
        throw new StoreError(
          'ERR_SECRET_NAME',
          'A secret is named by letters, digits, dots, dashes and underscores, 100 at most, the first one a letter or digit.',
        );
      const setAt = now().toISOString();
      await change((secrets) => ({ next: { ...secrets, [name]: closed(key, name, value, setAt) }, result: undefined }));
    },
    async get(name) {
      const secrets = await load(path);
      const entry = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
      return entry ? opened(key, name, entry) : null;
    },
    async setAt(name) {
      const secrets = await load(path);
      const setAt = Object.hasOwn(secrets, name) ? secrets[name]?.setAt : undefined;
      return setAt === undefined ? null : new Date(setAt);
    },
    async names() {
      return Object.keys(await load(path)).sort();
    },
    remove: (name) =>
      change((secrets) => {
        if (!Object.hasOwn(secrets, name)) return { next: null, result: false };
        const { [name]: _, ...rest } = secrets;
        return { next: rest, result: true };
      }),
  };
}

/** What is authenticated with a secret. A name has no line break, so that this can't be read in two ways. */
function sealedWith(name: string, setAt: string | undefined): string {
  return setAt === undefined ? name : `${name}\n${setAt}`;
}

function closed(key: Buffer, name: string, value: string, setAt: string): Entry {
  return { ...seal(key, sealedWith(name, setAt), value), setAt };
}

function opened(key: Buffer, name: string, entry: Entry): string {
  const refusal = `The secret ${name} can't be read with this key: it was written with another one, or the file was changed.`;
  return unseal(key, sealedWith(name, entry.setAt), entry, refusal);
}

async function load(path: string): Promise<Secrets> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return {};
    throw new StoreError('ERR_SECRET_FILE', `${path} can't be read.`, { cause });
  }
  try {
    return fileFormat.parse(JSON.parse(text)).secrets;
  } catch {
    throw new StoreError('ERR_SECRET_FILE', `${path} is not a file of secrets. Restore it from a backup.`);
  }
}

/** Makes the file that will replace the old one. It exists as long as somebody changes secrets: others wait. */
async function openFresh(path: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const since = await stat(path).then(
      (file) => file.mtimeMs,
      () => Date.now(),
    );
    // A change takes milliseconds: who has it that long has died.
    if (Date.now() - since > abandonedMs) await rm(path, { force: true });
    await sleep(10);
  }
}

/** Makes a rename last: it is in the directory that it must be written. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(directory, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
