import { once } from 'node:events';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '../../adapters/amt/transport/failures.ts';
import type { AmtEndpoint } from '../../src/ports/amt.ts';
import { TestAuthority } from './certificates.ts';
import { endpointAt, errorOf, openGateway, realClock, type TestGateway } from './conversation.ts';
import { answerStandard, startWireDevice, type WireDevice, withDigest } from './wire-device.ts';

const host = '127.22.3.1';
const fqdn = 'host42.lab.test';
const authority = new TestAuthority();
const good = authority.issue({ commonName: fqdn, dnsNames: [fqdn], addresses: [host] });
const open: Array<{ close: () => Promise<void> }> = [];

interface TlsDevice extends WireDevice {
  readonly resumed: () => boolean[];
  /** Resolves when the newest connection has closed. */
  readonly lastClosed: () => Promise<unknown>;
}

async function device(tls: TlsOptions, respond = withDigest(answerStandard())): Promise<TlsDevice> {
  const resumed: boolean[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const onConnection = (socket: Socket) => {
    resumed.push((socket as TLSSocket).isSessionReused()); // a TLS server's socket
    last = once(socket, 'close');
  };
  const made = await startWireDevice({ host, tls, onConnection }, respond);
  open.push(made);
  return { ...made, resumed: () => resumed, lastClosed: () => last };
}

function opened(options: Parameters<typeof openGateway>[0] = {}): TestGateway {
  const made = openGateway({ ca: authority.certificate, ...options });
  open.push(made.gateway);
  return made;
}

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const verified = (more: Partial<AmtEndpoint> = {}) => endpointAt(host, { tls: 'ca', fqdn, ...more });
const pinned = (certificateFingerprint: string | null, more: Partial<AmtEndpoint> = {}) =>
  endpointAt(host, { tls: 'pinned', certificateFingerprint, ...more });

describe('mode ca', () => {
  test('the configured CA and the fully qualified name', async () => {
    await device({ ...good, maxVersion: 'TLSv1.2' });
    const { run } = opened();
    const facts = await run(verified(), async (session) => {
      expect(session.tlsVersion).toBeNull();
      const read = await session.readFacts();
      expect(session.tlsVersion).toBe('TLSv1.2');
      return read;
    });
    expect(facts).toMatchObject({ tlsVersion: 'TLSv1.2', amtVersion: '15.0.23' });
    expect(Math.round(((facts.certificateExpiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000)).toBe(30);
  });

  test('without a name the address is checked', async () => {
    await device(good);
    const { run } = opened();
    await expect(run(verified({ fqdn: null }), (session) => session.readPower())).resolves.toMatchObject({ state: 8 });
  });

  test('another name: certificate_untrusted, and no password was sent', async () => {
    const wire = await device(good);
    const { run } = opened();
    const error = await errorOf(run(verified({ fqdn: 'host43.lab.test' }), (session) => session.readPower()));
    expect(error.code).toBe('certificate_untrusted');
    expect(error.evidence[0]).toContain('names another computer');
    expect(wire.requests).toHaveLength(0);
  });

  test('another CA', async () => {
    await device(good);
    const { run } = opened({ ca: new TestAuthority().certificate });
    expect((await errorOf(run(verified(), (session) => session.readPower()))).code).toBe('certificate_untrusted');
  });

  test('no CA configured', async () => {
    const wire = await device(good);
    const { run } = opened({ ca: null });
    const error = await errorOf(run(verified(), (session) => session.readPower()));
    expect(error).toMatchObject({ code: 'certificate_untrusted' });
    expect(error.evidence[0]).toContain('no CA certificate');
    expect(wire.connections()).toBe(0);
  });

  test.each([
    ['expired', { notBefore: new Date(0), notAfter: new Date(Date.now() - 1_000) }, 'has expired'],
    ['not valid yet', { notBefore: new Date(Date.now() + 86_400_000) }, 'not valid yet'],
  ])('%s', async (_name, dates, seen) => {
    await device(authority.issue({ commonName: fqdn, dnsNames: [fqdn], ...dates }));
    const { run } = opened();
    const error = await errorOf(run(verified(), (session) => session.readPower()));
    expect(error.code).toBe('certificate_expired');
    expect(error.evidence[0]).toContain(seen);
  });

  test('a session is resumed, and not once the certificate has expired', async () => {
    let now = new Date();
    const wire = await device({ ...good, maxVersion: 'TLSv1.2' });
    const { run } = opened({ clock: { ...realClock, now: () => now }, timeouts: { idleConnectionMs: 20 } });
    await run(verified(), (session) => session.readPower());
    expect(wire.resumed()).toEqual([false, true]);
    now = new Date(Date.now() + 31 * 86_400_000);
    await wire.lastClosed();
    await run(verified(), (session) => session.readPower());
    expect(wire.resumed()).toEqual([false, true, false]);
  });

  test('a session made for one name is not used for another', async () => {
    const wire = await device({ ...good, maxVersion: 'TLSv1.2' });
    const { run } = opened();
    await run(verified(), (session) => session.readPower());
    const error = await errorOf(run(verified({ fqdn: 'other.lab.test' }), (session) => session.readPower()));
    expect(error.code).toBe('certificate_untrusted');
    expect(wire.resumed().slice(0, 2)).toEqual([false, true]);
  });
});

describe('mode pinned', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'the recorded certificate, over %s, resumed after the challenge',
    async (version) => {
      const wire = await device({ ...good, minVersion: version, maxVersion: version });
      const { run } = opened({ ca: null });
      const states = await run(pinned(good.fingerprint), async (session) => {
        const first = await session.readPower();
        await session.requestPower(2);
        return [first.state, (await session.readPower()).state, session.tlsVersion];
      });
      expect(states).toEqual([8, 2, version]);
      expect(wire.resumed()).toEqual([false, true]);
      expect(wire.requests).toHaveLength(4);
    },
  );

  test('an expired certificate is still the recorded one', async () => {
    const old = authority.issue({ commonName: 'x', notBefore: new Date(0), notAfter: new Date(86_400_000) });
    await device(old);
    const { run } = opened();
    const facts = await run(pinned(old.fingerprint), (session) => session.readFacts());
    expect(facts.certificateExpiresAt).toEqual(new Date(86_400_000));
  });

  test('another certificate: certificate_changed before anything is sent', async () => {
    const wire = await device(good);
    const { run } = opened();
    const error = await errorOf(run(pinned('ab'.repeat(32)), (session) => session.readPower()));
    expect(error.code).toBe('certificate_changed');
    expect(error.evidence.join()).toContain(good.fingerprint.slice(0, 16));
    expect(wire.requests).toHaveLength(0);
  });

  test('a certificate changed between two conversations is noticed although a session is known', async () => {
    const { run } = opened();
    const first = await device({ ...good, maxVersion: 'TLSv1.2' });
    await run(pinned(good.fingerprint), (session) => session.readPower());
    await first.close();
    const second = await device({ ...authority.issue({ commonName: fqdn }), maxVersion: 'TLSv1.2' });
    const error = await errorOf(run(pinned(good.fingerprint), (session) => session.readPower()));
    expect(error.code).toBe('certificate_changed');
    expect(second.requests).toHaveLength(0);
  });

  test('no fingerprint recorded, or none that can be one: no traffic', async () => {
    const wire = await device(good);
    const { run } = opened();
    for (const fingerprint of [null, '', 'abcd', 'zz'.repeat(32)]) {
      const error = await errorOf(run(pinned(fingerprint), (session) => session.readPower()));
      expect(error.code).toBe('certificate_untrusted');
    }
    expect(wire.connections()).toBe(0);
  });
});

describe('old firmware', () => {
  const old = new TestAuthority({ bits: 1024 }).issue({ commonName: 'old', sha1: true });
  const oldTls = { ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'AES128-SHA:@SECLEVEL=0' } as const;

  test('TLS 1.0, RSA-1024 and SHA-1 work with the legacy profile, pinned', async () => {
    await device(oldTls);
    const { run } = opened();
    const endpoint = pinned(old.fingerprint, { tls: 'legacy' });
    const version = await run(endpoint, async (session) => {
      await session.readPower();
      return session.tlsVersion;
    });
    expect(version).toBe('TLSv1');
  });

  test('the legacy profile does not weaken the pin', async () => {
    const wire = await device(oldTls);
    const { run } = opened();
    const error = await errorOf(run(pinned('ab'.repeat(32), { tls: 'legacy' }), (session) => session.readPower()));
    expect(error.code).toBe('certificate_changed');
    expect(wire.requests).toHaveLength(0);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s without it: tls_too_old', async (version) => {
    await device({ ...good, minVersion: version, maxVersion: version, ciphers: 'AES128-SHA:@SECLEVEL=0' });
    const { run } = opened();
    for (const endpoint of [pinned(good.fingerprint), verified()]) {
      const error = await errorOf(run(endpoint, (session) => session.readPower()));
      expect(error.code).toBe('tls_too_old');
      expect(error.evidence[0]).toContain('legacy profile');
    }
  });

  test('a key of 1024 bits: too old to be verified, good enough to be recognised', async () => {
    const weak = new TestAuthority({ bits: 1024 });
    const certificate = weak.issue({ commonName: fqdn, dnsNames: [fqdn] });
    await device({ ...certificate, ciphers: 'DEFAULT@SECLEVEL=0' });
    const { run } = opened({ ca: weak.certificate });
    const error = await errorOf(run(verified(), (session) => session.readPower()));
    expect(error.code).toBe('tls_too_old');
    expect(error.evidence[0]).toContain('EE certificate key too weak');
    await expect(run(pinned(certificate.fingerprint), (session) => session.readPower())).resolves.toBeDefined();
  });
});

describe('handshakes that fail', () => {
  test('a port that speaks no TLS', async () => {
    const plain = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await new Promise<void>((resolve) => plain.listen(16_993, host, resolve));
    open.push({ close: () => new Promise((resolve) => plain.close(() => resolve())) });
    const { run } = opened();
    const error = await errorOf(run(pinned(good.fingerprint), (session) => session.readPower()));
    expect(error).toMatchObject({
      code: 'tls_failed',
      evidence: ['127.22.3.1:16993: the port answers, but not in TLS'],
    });
  });

  test('a device that hangs up in the handshake: one more try, then connection_dropped', async () => {
    let connections = 0;
    const rude = createTcpServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => rude.listen(16_993, host, resolve));
    open.push({ close: () => new Promise((resolve) => rude.close(() => resolve())) });
    const { run } = opened();
    const error = await errorOf(run(pinned(good.fingerprint), (session) => session.requestPower(2)));
    expect(error).toMatchObject({ code: 'connection_dropped', mayHaveActed: false });
    expect(connections).toBe(2);
  });

  test('a device that wants a client certificate: tls_failed, which says so', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const wire = await device({
        ...good,
        maxVersion,
        requestCert: true,
        rejectUnauthorized: true,
        ca: authority.certificate,
      });
      const { run } = opened();
      const error = await errorOf(run(pinned(good.fingerprint), (session) => session.readPower()));
      expect(['tls_failed', 'connection_dropped']).toContain(error.code);
      await wire.close();
    }
  });
});

// The codes as OpenSSL 3.0 (Node.js 20) and 3.5 (Node.js 24) spell them.
describe('codes of OpenSSL', () => {
  test.each([
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_too_old'],
    ['ERR_SSL_TLS_ALERT_PROTOCOL_VERSION', 'tls_too_old'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls_too_old'],
    ['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED', 'tls_too_old'],
    ['ERR_SSL_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED', 'tls_too_old'],
    ['ERR_SSL_EE_KEY_TOO_SMALL', 'tls_too_old'],
    ['ERR_SSL_DH_KEY_TOO_SMALL', 'tls_too_old'],
    ['EE_KEY_TOO_SMALL', 'tls_too_old'],
    ['CA_MD_TOO_WEAK', 'tls_too_old'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls_failed'],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'tls_failed'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls_failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
    ['EPROTO', 'tls_failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate_untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate_untrusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate_untrusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_untrusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_untrusted'],
    ['CERT_HAS_EXPIRED', 'certificate_expired'],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'certificate_expired'],
    ['CERT_NOT_YET_VALID', 'certificate_expired'],
    ['ENOTFOUND', 'name_not_found'],
    ['EAI_AGAIN', 'name_not_found'],
    ['ECONNREFUSED', 'connection_refused'],
    ['EACCES', 'unreachable'],
  ])('%s means %s', (code, meaning) => {
    expect(classifyFailure(Object.assign(new Error('x'), { code }), 'pinned')).toMatchObject({
      kind: 'final',
      code: meaning,
    });
  });

  test.each(['EHOSTUNREACH', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTDOWN'])('%s is the silence of a sleeping ME', (code) => {
    expect(classifyFailure(Object.assign(new Error('x'), { code }), 'none').kind).toBe('silent');
  });
});
