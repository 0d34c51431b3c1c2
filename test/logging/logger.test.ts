import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { createLogger } from '../../src/logging/logger.ts';
import { isSecretName, redactText } from '../../src/logging/redact.ts';

const line = z.looseObject({ time: z.iso.datetime(), level: z.string(), message: z.string() });

/** A logger whose lines are kept, raw and parsed. */
function recording(level: 'debug' | 'info' | 'warn' | 'error' = 'debug') {
  const raw: string[] = [];
  const logger = createLogger({ level, destination: { write: (text) => void raw.push(text) }, base: { worker: 'w1' } });
  const last = () => line.parse(JSON.parse(raw.at(-1) ?? ''));
  return { logger, raw, last };
}

describe('a log line', () => {
  test('is one JSON object with an ISO time, a level in words, the fields and the message', () => {
    const { logger, raw, last } = recording();
    logger.warn({ device: 'host42', attempt: 2 }, 'the device did not answer');
    expect(raw).toHaveLength(1);
    expect(raw[0]).toMatch(/^\{.*\}\n$/);
    expect(last()).toMatchObject({
      level: 'warn',
      worker: 'w1',
      device: 'host42',
      attempt: 2,
      message: 'the device did not answer',
    });
  });

  test('below the level is not written', () => {
    const { logger, raw } = recording('warn');
    logger.debug({}, 'a');
    logger.info({}, 'b');
    logger.warn({}, 'c');
    logger.error({}, 'd');
    expect(raw).toHaveLength(2);
  });

  test('has each key once, even when a field takes a name of the line itself', () => {
    const { logger, raw, last } = recording();
    logger.info({ time: 'noon', level: 'high', message: 'mine' }, 'yours');
    expect(last()).toMatchObject({ _time: 'noon', _level: 'high', _message: 'mine', message: 'yours', level: 'info' });
    expect(raw[0]?.match(/"time"/g)).toHaveLength(1);
  });

  test('a line break in a field or message cannot forge a second line', () => {
    const { logger, raw } = recording();
    logger.info({ text: 'a\n{"level":"error"}' }, 'b\n{"level":"error"}');
    expect(raw.join('').trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('redaction', () => {
  const secret = 'Tr0ub4dor-and-3';

  test.each([
    'password',
    'adminPassword',
    'passwd',
    'passphrase',
    'token',
    'botToken',
    'access_token',
    'secret',
    'signingSecret',
    'Authorization',
    'proxy-authorization',
    'Cookie',
    'set-cookie',
    'apiKey',
    'private_key',
  ])('masks the key %s at any depth', (key) => {
    const { logger, raw } = recording();
    logger.info({ [key]: secret }, 'top');
    logger.info({ a: { b: [{ c: { [key]: secret } }] } }, 'deep');
    logger.info({ a: new Map([[key, secret]]) }, 'in a map');
    logger.info({ [key]: { value: [secret] } }, 'as an object');
    logger.info({ [key]: 424242 }, 'as a number');
    expect(raw.join('')).not.toContain(secret);
    expect(raw.join('')).not.toContain('424242');
    expect(raw.join('').match(/\[redacted\]/g)?.length).toBe(5);
  });

  test('keeps whether a secret is set, and names that only look alike', () => {
    const { logger, last } = recording();
    logger.info({ hasToken: false, password: null, credential: 'factory', passed: 3 }, 'x');
    expect(last()).toMatchObject({ hasToken: false, password: null, credential: 'factory', passed: 3 });
  });

  test('masks the value that follows a secret header name in a raw header list', () => {
    const { logger, raw } = recording();
    logger.info({ headers: ['Authorization', secret, 'Host', 'host42'] }, 'x');
    expect(raw.join('')).not.toContain(secret);
    expect(raw.join('')).toContain('host42');
  });

  test('an error keeps name, message, code, a short stack and its cause, cleaned, and drops what hangs on it', () => {
    const { logger, raw, last } = recording();
    const cause = Object.assign(new Error(`connect postgres://oob:${secret}@db:5432/oob failed`), {
      code: 'ECONNREFUSED',
    });
    const error = Object.assign(new TypeError('no connection', { cause }), {
      config: { headers: { 'x-thing': secret } },
      response: { body: secret },
    });
    logger.error({ error }, 'startup failed');
    expect(raw.join('')).not.toContain(secret);
    expect(last()).toMatchObject({
      error: {
        name: 'TypeError',
        message: 'no connection',
        cause: { code: 'ECONNREFUSED', message: 'connect postgres://oob:[redacted]@db:5432/oob failed' },
      },
    });
    const parsed = z.object({ error: z.object({ stack: z.array(z.string()) }) }).parse(last());
    expect(parsed.error.stack.length).toBeLessThanOrEqual(12);
  });

  test('cuts long texts, wide and deep structures, and cycles; calls no getter', () => {
    const { logger, raw, last } = recording();
    const cycle: Record<string, unknown> = { name: 'loop' };
    cycle.self = cycle;
    let deep: Record<string, unknown> = { bottom: true };
    for (let level = 0; level < 50; level++) deep = { deep };
    let called = false;
    const trap = {
      get bait() {
        called = true;
        return 1;
      },
    };
    logger.info({ cycle, deep, long: 'x'.repeat(100_000), wide: Array.from({ length: 5_000 }, () => 1), trap }, 'y');
    expect(called).toBe(false);
    expect(raw[0]?.length).toBeLessThan(8_000);
    expect(last()).toMatchObject({ cycle: { self: '[circular]' } });
  });

  test('bytes are counted, not shown', () => {
    const { logger, last } = recording();
    logger.info({ body: Buffer.from(secret), at: new Date(0), big: 12n }, 'x');
    expect(last()).toMatchObject({ body: `[${secret.length} bytes]`, at: '1970-01-01T00:00:00.000Z', big: '12' });
  });

  test('never throws, whatever is logged', () => {
    const { logger } = recording();
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withDate: true, withMap: true, withBigInt: true })),
        (fields) => {
          logger.info(fields, 'x');
        },
      ),
    );
  });
});

describe('text with a secret in it', () => {
  test.each([
    ['a Slack bot token', 'auth failed for xoxb-123-456-AbCdEf', 'xoxb'],
    ['a Slack app token', 'xapp-1-A0-123-abc is wrong', 'xapp'],
    ['a rotating Slack token', 'xoxe.xoxb-1-abcdef', 'abcdef'],
    ['a bearer token', 'authorization: Bearer abc.def-ghi_jkl', 'abc.def'],
    ['a digest answer', 'Digest username="admin", response="8ca523f5e9506fed4657c9700eebdbec"', '8ca523'],
    ['basic credentials', 'Basic YWRtaW46cGFzc3dvcmQ=', 'YWRtaW4'],
    ['a JSON web token', 'got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'eyJhbGci'],
    ['a database URL', 'cannot reach postgresql://oob:p%40ss@db/oob', 'p%40ss'],
    ['a password with an @ in a URL', 'postgres://oob:pa@ss@db/oob', 'pa@ss'],
    ['a form body', 'grant_type=x&client_secret=abc123&scope=y', 'abc123'],
    ['JSON', '{"user":"admin","password":"P@ss, w0rd"}', 'w0rd'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----', 'MIIEv'],
  ])('%s is masked', (_what, text, gone) => {
    expect(redactText(text)).not.toContain(gone);
    expect(redactText(text)).toContain('[redacted]');
  });

  test.each([
    'host42 is on, verified after 2.1 s',
    'Basic tests passed',
    'the digest challenge of host42 had no nonce',
    'https://127.0.0.1:16993/wsman answered 401',
    'a token is missing',
  ])('%s is left alone', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('names are told by the words in them', () => {
    expect(['botToken', 'APP_PASSWORD', 'Set-Cookie', 'x-api-key'].every(isSecretName)).toBe(true);
    expect(['credential', 'nonce', 'device', 'passed'].some(isSecretName)).toBe(false);
  });
});
