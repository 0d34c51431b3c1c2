import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { authorize, readChallenge, secretHash } from '../../adapters/amt/transport/digest.ts';
import { endpointAt, errorOf, openGateway, type TestGateway } from './conversation.ts';
import {
  answerStandard,
  askedFor,
  authorizationOf,
  isAuthorized,
  type Responder,
  realm,
  startWireDevice,
  unauthorized,
  type WireDevice,
  withDigest,
} from './wire-device.ts';

const host = '127.22.1.1';
const open: Array<{ close: () => Promise<void> }> = [];

async function device(respond: Responder): Promise<WireDevice> {
  const made = await startWireDevice({ host }, respond);
  open.push(made);
  return made;
}

function opened(options: Parameters<typeof openGateway>[0] = {}): TestGateway {
  const made = openGateway(options);
  open.push(made.gateway);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

describe('reading challenges', () => {
  test('as AMT 15 sends it: no space after the comma, quoted stale', () => {
    const header = `Digest realm="${realm}", nonce="B9AX94iAAAAAAAAAx6rrSfPHGUrx/3uA",stale="false",qop="auth"`;
    expect(readChallenge([header])).toEqual({
      realm,
      nonce: 'B9AX94iAAAAAAAAAx6rrSfPHGUrx/3uA',
      opaque: null,
      algorithm: null,
      qop: 'auth',
      stale: false,
      count: 0,
    });
  });

  test('qop list auth-int, auth (rps#779): a comma inside quotes ends nothing', () => {
    const challenge = readChallenge([`Digest realm="${realm}", nonce="abc",stale="true",qop="auth-int, auth"`]);
    expect(challenge).toMatchObject({ qop: 'auth', stale: true });
  });

  test('= inside a nonce, quoted or not, belongs to it', () => {
    expect(readChallenge(['Digest realm="r", nonce="YWJj==", qop="auth"'])?.nonce).toBe('YWJj==');
    expect(readChallenge(['Digest realm="a=b,c \\"d\\"", nonce=abc, qop=auth'])?.realm).toBe('a=b,c "d"');
  });

  test('several schemes in one header and several headers', () => {
    const both = 'Negotiate, Basic realm="x", Digest realm="r", nonce="n", qop="auth", Bearer';
    expect(readChallenge([both])?.nonce).toBe('n');
    expect(readChallenge(['Negotiate', 'Digest realm="r", nonce="m"'])).toMatchObject({ nonce: 'm', qop: null });
  });

  test('what can not be answered is passed over', () => {
    expect(readChallenge(['Negotiate', 'Basic realm="r"'])).toBeNull();
    expect(readChallenge(['Digest realm="r", nonce="n", qop="auth-conf"'])).toBeNull();
    expect(readChallenge(['Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"'])).toBeNull();
    expect(
      readChallenge(['Digest realm="r", nonce="1", algorithm=SHA-512-256', 'Digest realm="r", nonce="2"'])?.nonce,
    ).toBe('2');
  });

  test('any text is read without throwing and in linear time', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => readChallenge([`Digest ${text}`]) !== undefined));
    expect(readChallenge([`Digest ${'"\\'.repeat(200_000)}`])).toBeNull();
    expect(readChallenge([`Digest ${', ='.repeat(200_000)}`])).toBeNull();
  });

  test('quoted values survive the way from the header through the answer', () => {
    const printable = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(printable, printable, (name, nonce) => {
        const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
        const challenge = readChallenge([`Digest realm=${quote(name)}, nonce=${quote(nonce)},qop="auth"`]);
        expect(challenge).toMatchObject({ realm: name, nonce });
      }),
    );
  });
});

describe('answering', () => {
  // RFC 7616 section 3.9.1, both algorithms.
  const vector = {
    realm: 'http-auth@example.org',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
    qop: 'auth',
    stale: false,
  } as const;
  const request = { method: 'GET', uri: '/dir/index.html', body: '' };
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('the example of RFC 7616 with %s', (algorithm, response) => {
    const challenge = { ...vector, algorithm, count: 0 };
    const header = authorize(challenge, 'Mufasa', secretHash(challenge, 'Mufasa', 'Circle of Life'), request, cnonce);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain(`, qop=auth, nc=00000001, cnonce="${cnonce}"`);
    expect(header).toContain(`algorithm=${algorithm}`);
    expect(challenge.count).toBe(1);
  });

  test('counts in eight hexadecimal digits', () => {
    const challenge = { ...vector, algorithm: null, count: 0x0009_ffff };
    expect(authorize(challenge, 'u', 'h', request)).toContain('nc=000a0000,');
  });

  test('a quote and a backslash in a user name are escaped, the hash is made of the name itself', async () => {
    const user = 'a"b\\c';
    const wire = await device(withDigest(answerStandard(), { user }));
    const { run } = opened({ credentials: async () => ({ user, password: 'P@ssw0rd' }) });
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
    expect(wire.requests.at(-1)?.headers.get('authorization')).toContain('username="a\\"b\\\\c"');
  });

  test('a password with @, : and letters beyond ASCII works (MAAS loses one with @)', async () => {
    const password = 'p@s:s"wörd%20';
    await device(withDigest(answerStandard(), { password }));
    const { run } = opened({ credentials: async () => ({ user: 'admin', password }) });
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
  });
});

describe('with a device', () => {
  test('read, act, look: three requests and one challenge, over two connections', async () => {
    const wire = await device(withDigest(answerStandard()));
    const { run } = opened();
    const states = await run(endpointAt(host), async (session) => {
      const before = await session.readPower();
      const answer = await session.requestPower(2);
      return [before.state, answer.returnValue, (await session.readPower()).state];
    });
    expect(states).toEqual([8, 0, 2]);
    expect(wire.requests).toHaveLength(4);
    expect(wire.connections()).toBe(2);
    expect(wire.mostAtOnce()).toBe(1);
    const counts = wire.requests.slice(1).map((one) => authorizationOf(one).get('nc'));
    expect(counts).toEqual(['00000001', '00000002', '00000003'].map((value) => ({ value, quoted: false })));
    expect(authorizationOf(wire.requests[1] ?? never()).get('qop')).toEqual({ value: 'auth', quoted: false });
  });

  test('nonce and count go on in the next conversation: no challenge again', async () => {
    const wire = await device(withDigest(answerStandard()));
    const { run } = opened();
    for (let time = 0; time < 5; time += 1) await run(endpointAt(host), (session) => session.readPower());
    expect(wire.requests).toHaveLength(6);
    expect(authorizationOf(wire.requests[5] ?? never()).get('nc')?.value).toBe('00000005');
  });

  test('nonce reset in mid-session: one retry with the new nonce, counted from 1', async () => {
    const respond = withDigest(answerStandard(), {
      forget: (accepted) => accepted === 2 && respond.challenges() === 1,
    });
    const wire = await device(respond);
    const { run } = opened();
    await run(endpointAt(host), async (session) => {
      for (let time = 0; time < 4; time += 1) await session.readPower();
    });
    expect(respond.challenges()).toBe(2);
    expect(wire.requests).toHaveLength(6);
    expect(wire.requests.map((one) => authorizationOf(one).get('nc')?.value ?? '-')).toEqual([
      '-',
      '00000001',
      '00000002',
      '00000003',
      '00000001',
      '00000002',
    ]);
  });

  test('nonce reset under an act: it is carried out once', async () => {
    const acted: string[] = [];
    const standard = answerStandard();
    const respond = withDigest(
      (request) => {
        acted.push(askedFor(request));
        standard(request);
      },
      { forget: (accepted) => accepted === 1 && respond.challenges() === 1 },
    );
    await device(respond);
    const { run } = opened();
    await run(endpointAt(host), async (session) => {
      await session.readPower();
      await session.requestPower(2);
    });
    expect(acted).toEqual([
      'Get CIM_AssociatedPowerManagementService',
      'RequestPowerStateChange CIM_PowerManagementService',
    ]);
  });

  test('wrong password ends after two round trips', async () => {
    const respond = withDigest(answerStandard(), { password: 'other' });
    const wire = await device(respond);
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error).toMatchObject({ code: 'wrong_credentials', mayHaveActed: false });
    expect(wire.requests).toHaveLength(2);
    expect(respond.failures()).toBe(1);
    expect(JSON.stringify([error, error.message, error.evidence])).not.toMatch(/P@ssw0rd|response=|nonce/);
  });

  test('a password changed on the device: two round trips too, and one failed login only (mps#813)', async () => {
    let password = 'P@ssw0rd';
    const first = withDigest(answerStandard());
    const later = withDigest(answerStandard(), { password: 'changed', series: 'later' });
    const wire = await device((request, index) => (password === 'P@ssw0rd' ? first : later)(request, index));
    const { run } = opened({ credentials: async () => ({ user: 'admin', password }) });
    await run(endpointAt(host), (session) => session.readPower());
    password = 'stillwrong';
    const before = wire.requests.length;
    await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(wire.requests.length - before).toBe(2);
    expect(later.failures()).toBe(1);
    password = 'changed';
    await expect(run(endpointAt(host), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
  });

  test('the same nonce refused and not called stale is a wrong password: no further try', async () => {
    const challenge = 'Digest realm="r", nonce="always", stale="false", qop="auth"';
    const wire = await device((request) => void request.socket.end(unauthorized(challenge)));
    const { run } = opened();
    expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('wrong_credentials');
    expect(wire.requests).toHaveLength(2);
  });

  test('a device that calls every nonce stale is not asked for ever', async () => {
    let made = 0;
    const challenge = () => `Digest realm="r", nonce="n${made++}", stale="true", qop="auth"`;
    const wire = await device((request) => void request.socket.end(unauthorized(challenge())));
    const { run } = opened();
    expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('wrong_credentials');
    expect(wire.requests.length).toBeLessThanOrEqual(3);
  });

  test('auth-int is used when the device offers nothing else, and the body is part of it', async () => {
    const wire = await device(withDigest(answerStandard(), { qop: 'auth-int' }));
    const { run } = opened();
    await run(endpointAt(host), (session) => session.requestPower(2));
    const last = wire.requests.at(-1) ?? never();
    expect(authorizationOf(last).get('qop')?.value).toBe('auth-int');
    expect(isAuthorized(last, 'admin', 'P@ssw0rd')).toBe(true);
    expect(isAuthorized({ ...last, body: `${last.body} ` }, 'admin', 'P@ssw0rd')).toBe(false);
  });

  test('an act never goes out without an answer to a challenge: Identify fetches the nonce', async () => {
    const wire = await device(withDigest(answerStandard()));
    const { run } = opened();
    await run(endpointAt(host), (session) => session.requestPower(8));
    expect(wire.requests.map((one) => [askedFor(one), one.headers.has('authorization')])).toEqual([
      ['Identify', false],
      ['RequestPowerStateChange CIM_PowerManagementService', true],
    ]);
  });

  test('a credential that is not configured ends before any traffic', async () => {
    const wire = await device(withDigest(answerStandard()));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host, { credential: 'nobody' }), (session) => session.readPower()));
    expect(error).toMatchObject({ code: 'credential_missing' });
    expect(wire.connections()).toBe(0);
  });

  test('a look-up that fails is a missing credential, and its message stays inside', async () => {
    const { run } = opened({ credentials: async () => Promise.reject(new Error('key file: hunter2')) });
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.code).toBe('credential_missing');
    expect(error.message).not.toContain('hunter2');
  });

  test('a user name that no header can carry is refused, not sent', async () => {
    const { run } = opened({ credentials: async () => ({ user: 'a\r\nX: y', password: 'p' }) });
    expect((await errorOf(run(endpointAt(host), (session) => session.readPower()))).code).toBe('credential_missing');
  });

  test('a 401 without a digest challenge says so', async () => {
    await device((request) => void request.socket.end(unauthorized('Negotiate')));
    const { run } = opened();
    const error = await errorOf(run(endpointAt(host), (session) => session.readPower()));
    expect(error.code).toBe('protocol_error');
    expect(error.evidence.join()).toContain('digest');
  });
});

function never(): never {
  throw new Error('no such request');
}
