import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStore, type StoreOptions } from '../../adapters/store/index.ts';
import type { LogFields, Logger } from '../../src/ports/logger.ts';
import type { Store } from '../../src/ports/store/store.ts';

/** A logger that keeps its lines, for tests that look at them. */
export function recordingLogger(): Logger & {
  readonly lines: { level: string; fields: LogFields; message: string }[];
} {
  const lines: { level: string; fields: LogFields; message: string }[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** An empty directory below the system's temporary one, and its removal. */
export async function temporaryDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'oob-store-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

const sealingKey = { key: randomBytes(32).toString('base64') };

/** Opens a store; a lost database fails the test that meets it next. */
export function openStore(options: Partial<StoreOptions> & Pick<StoreOptions, 'dataDirectory'>): Promise<Store> {
  return createStore({
    sealingKey,
    logger: recordingLogger(),
    onFatal: (error) => {
      throw error;
    },
    ...options,
  });
}
