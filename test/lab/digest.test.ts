import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../lab/fleet.ts';
import { challengeOf, type DigestInput, digest, identify, logOn, openWire, post, type WireReply } from './wire.ts';

let fleet: Fleet;
let nowMs = 1_700_000_000_000;
const port = 16992;
const plain = '127.21.2.11';
const integrity = '127.21.2.12';
let other: Fleet;

beforeAll(async () => {
  const common = { ports: { plain: port, tls: undefined }, now: () => nowMs };
  fleet = await createFleet({ ...common, firstAddress: plain });
  other = await createFleet({ ...common, firstAddress: integrity, persona: 'amt-16.0' });
  await Promise.all([fleet.start(), other.start()]);
});

afterAll(() => Promise.all([fleet.stop(), other.stop()]));

async function challenge(address = plain): Promise<{ realm: string; nonce: string }> {
  const wire = await openWire(address, port);
  return challengeOf(await wire.exchange(post('')));
}

/** One request on its own connection. */
async function once(given: DigestInput, body = identify, address = plain): Promise<WireReply> {
  const wire = await openWire(address, port);
  const reply = await wire.exchange(post(body, digest({ ...given, body })));
  wire.close();
  return reply;
}

describe('nonce counts', () => {
  test('rise on one connection', async () => {
    const session = await logOn(plain, { port });
    for (let n = 0; n < 3; n += 1) expect((await session.send(identify)).status).toBe(200);
    session.close();
  });

  test('may leap, and the nonce outlives its connection', async () => {
    const given = await challenge();
    expect((await once({ ...given, nc: 1 })).status).toBe(200);
    expect((await once({ ...given, nc: 40 })).status).toBe(200);
  });

  test('a replayed one is refused', async () => {
    const given = await challenge();
    expect((await once({ ...given, nc: 5 })).status).toBe(200);
    expect((await once({ ...given, nc: 5 })).status).toBe(401);
    expect((await once({ ...given, nc: 4 })).status).toBe(401);
    expect((await once({ ...given, nc: 6 })).status).toBe(200);
  });

  test('and qop may be quoted', async () => {
    expect((await once({ ...(await challenge()), nc: 1, quoted: true })).status).toBe(200);
  });
});

describe('refused with a fresh nonce', () => {
  const refusals: readonly (readonly [string, Partial<DigestInput>])[] = [
    ['wrong password', { password: 'wrong' }],
    ['wrong user', { username: 'root' }],
    ['realm of another device', { realm: 'Digest:00000000000000000000000000000000' }],
    ['nonce that was never given', { nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['qop that was not offered', { qop: 'auth-int' }],
  ];
  for (const [name, change] of refusals) {
    test(name, async () => {
      const given = await challenge();
      const reply = await once({ ...given, nc: 1, ...change });
      expect(reply.status).toBe(401);
      expect(challengeOf(reply).nonce).not.toBe(given.nonce);
    });
  }

  test('digest for another path', async () => {
    const wire = await openWire(plain, port);
    const header = digest({ ...(await challenge()), nc: 1 }).replace('uri="/wsman"', 'uri="/other"');
    expect((await wire.exchange(post(identify, header))).status).toBe(401);
  });

  test('an empty response, which firmware before 2017 took (CVE-2017-5689)', async () => {
    const wire = await openWire(plain, port);
    const header = digest({ ...(await challenge()), nc: 1 }).replace(/response="[^"]*"/, 'response=""');
    expect((await wire.exchange(post(identify, header))).status).toBe(401);
  });
});

describe('auth-int', () => {
  test('is offered letter by letter as AMT 16 does', async () => {
    const wire = await openWire(integrity, port);
    const reply = await wire.exchange(post(''));
    expect(reply.head[1]).toMatch(/,stale="false",qop="auth-int, auth"$/);
  });

  test('is taken, and so is auth', async () => {
    const given = await challenge(integrity);
    expect((await once({ ...given, nc: 1, qop: 'auth-int' }, identify, integrity)).status).toBe(200);
    expect((await once({ ...given, nc: 2, qop: 'auth' }, identify, integrity)).status).toBe(200);
  });

  test('covers the body', async () => {
    const given = await challenge(integrity);
    const wire = await openWire(integrity, port);
    const header = digest({ ...given, nc: 1, qop: 'auth-int', body: 'another body' });
    expect((await wire.exchange(post(identify, header))).status).toBe(401);
  });
});

describe('lock', () => {
  test('after eight wrong passwords the right one is refused for a while', async () => {
    for (let n = 0; n < 8; n += 1) await once({ ...(await challenge()), nc: 1, password: 'wrong' });
    const given = await challenge();
    expect((await once({ ...given, nc: 1 })).status).toBe(401);
    nowMs += 3001;
    expect((await once({ ...given, nc: 1 })).status).toBe(200);
  });

  test('asking for a challenge is no wrong password', async () => {
    for (let n = 0; n < 12; n += 1) await challenge();
    expect((await once({ ...(await challenge()), nc: 1 })).status).toBe(200);
  });
});
