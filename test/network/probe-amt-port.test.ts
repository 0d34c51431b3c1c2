import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createPortProbe } from '../../adapters/network/probe-amt-port.ts';
import { unplug } from '../../lab/unplugged/unplug.ts';
import { TestAuthority } from '../amt/certificates.ts';

const { askPort } = createPortProbe(null);
const host = '127.24.7.1';
const port = 16_993;
const authority = new TestAuthority();
const open: { server: Server; sockets: Set<Socket> }[] = [];

async function listen(server: Server): Promise<Server> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})));
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen({ host, port }, resolve));
  return server;
}

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

const never = new AbortController().signal;
const probe = (speaks: 'plain' | 'tls', timeoutMs = 4_000) => askPort({ host, port, speaks, timeoutMs }, never);
const certificate = () =>
  authority.issue({ commonName: 'host17.lab.test', dnsNames: ['host17.lab.test'], addresses: [host] });

describe('a port that answers', () => {
  test('TLS: protocol, fingerprint and name are told, and nothing is sent over it', async () => {
    let received = 0;
    await listen(
      createTlsServer({ ...certificate(), maxVersion: 'TLSv1.2' }, (socket) =>
        socket.on('data', () => (received += 1)),
      ),
    );
    const answer = await probe('tls');
    expect(answer).toMatchObject({
      kind: 'answered',
      tls: { protocol: 'TLSv1.2', name: 'host17.lab.test', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(received).toBe(0);
  });
  test('TLS: the certificate is told with its days, and whether it chains to our authority', async () => {
    await listen(createTlsServer(certificate()));
    const { askPort: askWithOurs } = createPortProbe(Buffer.from(authority.certificate));
    const { askPort: askWithOther } = createPortProbe(Buffer.from(new TestAuthority().certificate));
    const look = { host, port, speaks: 'tls', timeoutMs: 4_000 } as const;
    expect(await askWithOurs(look, never)).toMatchObject({
      tls: {
        certificate: {
          alternativeNames: ['host17.lab.test'],
          isSelfSigned: false,
          validFrom: expect.any(Date),
          validTo: expect.any(Date),
          keyBits: 2048,
          chain: 'yes',
        },
      },
    });
    expect(await askWithOther(look, never)).toMatchObject({
      tls: { certificate: { chain: expect.stringMatching(/[A-Z_]{8}/) } },
    });
  });
  test('TLS: the page is asked for only when that is wanted, and its Server header told', async () => {
    await listen(
      createTlsServer(certificate(), (socket) =>
        socket.once('data', () =>
          socket.end('HTTP/1.1 303 See Other\r\nServer: Intel(R) Active Management Technology 15.0.23\r\n\r\n'),
        ),
      ),
    );
    const answer = await askPort({ host, port, speaks: 'tls', timeoutMs: 4_000, asksPage: true }, never);
    expect(answer).toMatchObject({
      kind: 'answered',
      server: 'Intel(R) Active Management Technology 15.0.23',
      tls: { name: 'host17.lab.test' },
    });
  });
  test('a knock says nothing and is answered by the connection alone', async () => {
    let received = 0;
    await listen(createServer((socket) => socket.on('data', () => (received += 1))));
    const { knock } = createPortProbe(null);
    expect(await knock(host, port, 4_000, never)).toMatchObject({ kind: 'answered', tls: null });
    expect(await knock(host, 16_995, 4_000, never)).toMatchObject({ kind: 'refused' });
    expect(received).toBe(0);
  });
  test('TLS 1.0 alone is told too, although no password would go over it', async () => {
    await listen(
      createTlsServer({ ...certificate(), minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    );
    expect(await probe('tls')).toMatchObject({ kind: 'answered', tls: { protocol: 'TLSv1' } });
  });
  test('plain: any answer will do', async () => {
    await listen(
      createServer((socket) =>
        socket.end('HTTP/1.1 303 See Other\r\nLocation: /logon.htm\r\nContent-Length: 0\r\n\r\n'),
      ),
    );
    expect(await probe('plain')).toMatchObject({ kind: 'answered', tls: null });
  });
  test('no TLS on it', async () => {
    await listen(createServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await probe('tls')).toMatchObject({ kind: 'tls_failed', why: expect.stringMatching(/SSL|EPROTO/) });
  });
});

describe('a port that does not', () => {
  test('refused', async () => {
    expect(await probe('tls')).toMatchObject({ kind: 'refused' });
  });
  test('nobody takes the first packet: the trap of a sleeping ME or a pulled cable', async () => {
    const undo = await unplug('127.24.7.2', [port]);
    try {
      const answer = await askPort({ host: '127.24.7.2', port, speaks: 'tls', timeoutMs: 150 }, never);
      expect(answer).toMatchObject({ kind: 'silent' });
    } finally {
      await undo();
    }
  });
  test('taken, and then nothing is said', async () => {
    await listen(createServer());
    expect(await probe('tls', 100)).toMatchObject({ kind: 'mute' });
  });
  test.each(['tls', 'plain'] as const)('taken and closed without a word: %s', async (speaks) => {
    await listen(createServer((socket) => socket.destroy()));
    expect(await probe(speaks)).toMatchObject({ kind: 'dropped' });
  });
  test('a name that leads nowhere', async () => {
    const answer = await askPort({ host: 'no-such-host.invalid', port, speaks: 'tls', timeoutMs: 4_000 }, never);
    expect(['no_address', 'silent']).toContain(answer.kind);
  });
  test('the signal ends it with its reason', async () => {
    await listen(createServer());
    const control = new AbortController();
    const asked = askPort({ host, port, speaks: 'tls', timeoutMs: 60_000 }, control.signal);
    control.abort(new Error('stopping'));
    await expect(asked).rejects.toThrow('stopping');
  });
});
