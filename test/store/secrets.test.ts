import { createCipheriv, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { KeySource } from '../../adapters/store/secrets/sealing.ts';
import { createSecretStore } from '../../adapters/store/secrets/secret-store.ts';
import { temporaryDirectory } from './testing.ts';

const newKey = () => randomBytes(32).toString('base64');
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let keySource: KeySource;
beforeEach(async () => {
  directory = await temporaryDirectory();
  keySource = { key: newKey() };
});
afterEach(() => directory.remove());

const open = (source: KeySource = keySource) => createSecretStore({ directory: directory.path, keySource: source });
const file = () => join(directory.path, 'secrets.json');

describe('the secret store', () => {
  test('keeps, replaces, lists and removes', async () => {
    const secrets = await open();
    expect(await secrets.names()).toEqual([]);
    expect(await secrets.get('amt')).toBeNull();
    await secrets.set('amt', 'Pässw0rd!\n');
    await secrets.set('Slack', '');
    await secrets.set('amt', 'other');
    await secrets.set('teams', 'x');
    expect(await secrets.remove('teams')).toBe(true);
    expect(await secrets.remove('teams')).toBe(false);
    const again = await open();
    expect(await again.names()).toEqual(['Slack', 'amt']);
    expect([await again.get('amt'), await again.get('Slack'), await again.get('teams')]).toEqual(['other', '', null]);
  });

  test('knows when each was set last; one from before that was noted opens as ever, of unknown age', async () => {
    let now = new Date('2026-10-01T08:00:00Z');
    const secrets = await createSecretStore({ directory: directory.path, keySource, now: () => now });
    await secrets.set('amt', 'first');
    await secrets.set('slack', 'x');
    now = new Date('2026-11-01T08:00:00Z');
    await secrets.set('amt', 'second');
    expect(await secrets.setAt('amt')).toEqual(now);
    expect(await secrets.setAt('slack')).toEqual(new Date('2026-10-01T08:00:00Z'));
    expect(await secrets.setAt('constructor')).toBeNull();
    const whole = JSON.parse(await readFile(file(), 'utf8'));
    // Sealed by AES-256-GCM with its name alone authenticated, as files without times have it.
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', Buffer.from('key' in keySource ? keySource.key : '', 'base64'), nonce);
    cipher.setAAD(Buffer.from('old'));
    const ciphertext = Buffer.concat([cipher.update('from before'), cipher.final()]).toString('base64');
    const old = { nonce: nonce.toString('base64'), ciphertext, tag: cipher.getAuthTag().toString('base64') };
    await writeFile(file(), JSON.stringify({ ...whole, secrets: { ...whole.secrets, old } }));
    const again = await open();
    expect([await again.get('old'), await again.setAt('old')]).toEqual(['from before', null]);
    // Nor can a password be made younger than it is.
    const younger = { ...whole.secrets, amt: { ...whole.secrets.amt, setAt: '2026-11-20T08:00:00.000Z' } };
    await writeFile(file(), JSON.stringify({ ...whole, secrets: younger }));
    await expect(open()).rejects.toMatchObject({ code: 'ERR_SECRET_KEY' });
  });

  test('names that objects inherit are names like others', async () => {
    const secrets = await open();
    expect(await secrets.get('constructor')).toBeNull();
    expect(await secrets.remove('toString')).toBe(false);
    await secrets.set('constructor', 'a');
    expect(await secrets.get('constructor')).toBe('a');
    expect(await secrets.get('__proto__')).toBeNull();
  });

  test.each(['', '__proto__', 'a b', '-x', 'ä', 'a'.repeat(101)])('a secret can not be named %j', async (name) => {
    await expect((await open()).set(name, 'x')).rejects.toMatchObject({ code: 'ERR_SECRET_NAME' });
  });

  test('the file has no value in clear, a nonce per value, and nobody else may read it', async () => {
    const secrets = await open();
    await secrets.set('a', 'the-same-secret');
    await secrets.set('b', 'the-same-secret');
    const text = await readFile(file(), 'utf8');
    expect(text).not.toContain('the-same-secret');
    expect(text).not.toContain(Buffer.from('the-same-secret').toString('base64'));
    const { a, b } = JSON.parse(text).secrets;
    expect(Buffer.from(a.nonce, 'base64')).toHaveLength(12);
    expect(Buffer.from(a.tag, 'base64')).toHaveLength(16);
    expect(a.nonce).not.toBe(b.nonce);
    expect(a.ciphertext).not.toBe(b.ciphertext);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await readdir(directory.path)).toEqual(['secrets.json']);
  });

  test('a file that somebody opened to others is closed at the next change', async () => {
    const secrets = await open();
    await secrets.set('a', '1');
    await chmod(file(), 0o644);
    await secrets.set('a', '2');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('another key is refused at once, without a word of what is in there', async () => {
    await (await open()).set('amt', 'hidden-value');
    const error = await open({ key: newKey() }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ERR_SECRET_KEY', message: expect.stringContaining('amt') });
    expect(String(error) + JSON.stringify(error)).not.toContain('hidden-value');
  });

  test('values can not be swapped, shortened or changed in the file', async () => {
    const secrets = await open();
    await secrets.set('low', 'worthless');
    await secrets.set('high', 'precious');
    const whole = JSON.parse(await readFile(file(), 'utf8'));
    const { low, high } = whole.secrets;
    const tampered = [
      { low: high, high: low },
      { low: { ...low, ciphertext: `${low.ciphertext.slice(0, -4)}AAAA` }, high },
      { low: { ...low, tag: Buffer.from(low.tag, 'base64').subarray(0, 4).toString('base64') }, high },
    ];
    for (const entries of tampered) {
      await writeFile(file(), JSON.stringify({ ...whole, secrets: entries }));
      await expect(open()).rejects.toMatchObject({ code: 'ERR_SECRET_KEY' });
    }
  });

  test.each([
    ['not JSON', 'secrets'],
    ['another shape', '{"version":1}'],
    ['another version', '{"version":2,"secrets":{}}'],
  ])('a file that is %s is refused, not overwritten', async (_, content) => {
    await writeFile(file(), content);
    await expect(open()).rejects.toMatchObject({ code: 'ERR_SECRET_FILE' });
    expect(await readFile(file(), 'utf8')).toBe(content);
  });

  test.each([
    ['empty', ''],
    ['short', randomBytes(16).toString('base64')],
    ['long', randomBytes(33).toString('base64')],
    ['no base64', 'not a key at all, but as long as one ..'],
    ['hex', randomBytes(32).toString('hex')],
  ])('a key that is %s is refused without showing it', async (_, key) => {
    const error = await open({ key }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'ERR_SECRET_KEY',
      message: expect.stringContaining('openssl rand -base64 32'),
    });
    if (key) expect(String(error)).not.toContain(key);
  });

  test('the key may lie in a file, with a line end', async () => {
    const keyFile = join(directory.path, 'key');
    await writeFile(keyFile, `${newKey()}\n`);
    await (await open({ keyFile })).set('a', '1');
    expect(await (await open({ keyFile })).get('a')).toBe('1');
    await expect(open({ keyFile: `${keyFile}x` })).rejects.toMatchObject({
      code: 'ERR_SECRET_KEY',
      message: expect.stringContaining(`${keyFile}x`),
    });
  });

  test('changes at the same time are all kept', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    const names = Array.from({ length: 21 }, (_, index) => `name${index}`);
    await Promise.all(names.map((name, index) => stores[index % 3]?.set(name, `value of ${name}`)));
    expect(await stores[0]?.names()).toEqual(names.toSorted());
    expect(await readdir(directory.path)).toEqual(['secrets.json']);
  });

  test('a change that a crash interrupted does not block the next one', async () => {
    const left = `${file()}.new`;
    await writeFile(left, '{"half":');
    await utimes(left, new Date(0), new Date(0));
    const secrets = await open();
    await secrets.set('a', '1');
    expect(await secrets.get('a')).toBe('1');
  });

  test('what a command of another process set is seen', async () => {
    const service = await open();
    await (await open()).set('late', 'value');
    expect(await service.get('late')).toBe('value');
  });

  test('a failed change is told and the next one works', async () => {
    const place = join(directory.path, 'place');
    const secrets = await createSecretStore({ directory: place, keySource });
    await writeFile(place, 'in the way');
    await expect(secrets.set('a', '1')).rejects.toThrow();
    await rm(place);
    await mkdir(place);
    await secrets.set('a', '2');
    expect(await secrets.get('a')).toBe('2');
  });
});
