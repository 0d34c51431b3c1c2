import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';
import { createCredentialSource } from '../../src/config/secrets/credential-source.ts';
import {
  createSecretSources,
  resolveSecret,
  SecretError,
  secretRefText,
} from '../../src/config/secrets/resolve-secret.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oob-secret-'));
});
afterAll(() => rm(directory, { recursive: true }));

const stored = new Map([['slack', 'from the store']]);
const sources = createSecretSources(
  {
    PASSWORD: 'from the environment',
    EMPTY: '',
    TWO_LINES: 'Hunter2\nHunter3',
    PEM: '-----BEGIN X-----\nabc\n-----END X-----\n',
  },
  async () => ({
    get: async (name) => stored.get(name) ?? null,
    setAt: async (name) => (name === 'slack' ? new Date('2026-10-01T08:00:00Z') : null),
  }),
);

async function fileWith(content: string): Promise<string> {
  const path = join(directory, `${content.length}-${Math.abs(content.charCodeAt(0) || 0)}`);
  await writeFile(path, content);
  return path;
}

describe('a secret', () => {
  test('comes from the environment, a file or the store', async () => {
    expect(await resolveSecret({ env: 'PASSWORD' }, sources)).toBe('from the environment');
    expect(await resolveSecret({ secret: 'slack' }, sources)).toBe('from the store');
    expect(await resolveSecret({ file: await fileWith('from a file') }, sources)).toBe('from a file');
  });

  test.each([
    ['p', 'p'],
    ['p\n', 'p'],
    ['p\r\n', 'p'],
    [' p \n', ' p '],
  ])('loses one line break at its end and nothing else: %j', async (content, secret) => {
    expect(await resolveSecret({ file: await fileWith(content) }, sources)).toBe(secret);
  });

  test('may have lines when it is PEM', async () => {
    expect(await resolveSecret({ env: 'PEM' }, sources)).toBe('-----BEGIN X-----\nabc\n-----END X-----');
  });

  test('that is missing is named with what to do', async () => {
    await expect(resolveSecret({ env: 'NOT_SET' }, sources)).rejects.toThrow(
      /^There is no environment variable NOT_SET\. Set it/,
    );
    await expect(resolveSecret({ secret: 'teams' }, sources)).rejects.toThrow('Store it with: oob secret set teams');
    await expect(resolveSecret({ file: join(directory, 'none') }, sources)).rejects.toThrow(/There is no file .*none/);
    await expect(resolveSecret({ secret: 'slack' }, createSecretSources({}))).rejects.toThrow(SecretError);
  });

  test('that is empty, has lines or is far too long is refused without being shown', async () => {
    await expect(resolveSecret({ env: 'EMPTY' }, sources)).rejects.toThrow('The environment variable EMPTY is empty.');
    const error: unknown = await resolveSecret({ env: 'TWO_LINES' }, sources).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/more than one line/);
    expect(String(error)).not.toMatch(/Hunter/);
    await expect(resolveSecret({ file: await fileWith('x'.repeat(65_537)) }, sources)).rejects.toThrow('too large');
    await expect(resolveSecret({ file: directory }, sources)).rejects.toThrow(/can't be read/);
  });

  test('says when it was set, where that is known: in the store, and of a file by its time of change', async () => {
    const path = await fileWith('dated');
    const changedAt = new Date('2026-09-01T08:00:00Z');
    await utimes(path, changedAt, changedAt);
    expect(await sources.setAt({ secret: 'slack' })).toEqual(new Date('2026-10-01T08:00:00Z'));
    expect(await sources.setAt({ file: path })).toEqual(changedAt);
    expect(await sources.setAt({ file: `${path}-none` })).toBeNull();
    expect(await sources.setAt({ env: 'PASSWORD' })).toBeNull();
    expect(await createSecretSources({}).setAt({ secret: 'slack' })).toBeNull();
  });

  test('reference is written without its value', () => {
    expect(secretRefText({ env: 'PASSWORD' })).toBe('env PASSWORD');
  });
});

describe('AMT credentials', () => {
  const config = parseConfig(
    'amt: { credentials: { default: { password: { env: PASSWORD } }, b: { user: ops, password: { env: NOT_SET } } } }',
    'x',
  );
  const find = createCredentialSource(config, sources);

  test('are found by name, user admin unless said otherwise', async () => {
    expect(await find('default')).toEqual({ user: 'admin', password: 'from the environment' });
  });

  test('that are not configured are null, also under names every object has', async () => {
    expect(await find('nobody')).toBeNull();
    expect(await find('constructor')).toBeNull();
    expect(await find('__proto__')).toBeNull();
  });

  test('can not be named as the administrators of single devices are', () => {
    expect(() => parseConfig('amt: { credentials: { "device:dev_1": { password: { env: PASSWORD } } } }', 'x')).toThrow(
      ConfigError,
    );
  });

  test('whose password is missing say so', async () => {
    await expect(find('b')).rejects.toThrow('NOT_SET');
  });
});
