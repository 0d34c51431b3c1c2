import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { askTime } from '../../../adapters/network/site/ask-time.ts';
import { decodeTimeReply, encodeTimeQuestion } from '../../../adapters/network/site/time-message.ts';

const nonce = Buffer.from('0123456789abcdef', 'hex');
const epochSeconds = 2_208_988_800;

/** A reply by the test's own hand. */
function replyTo(question: Buffer, atMs: number, change: (reply: Buffer) => void = () => {}): Buffer {
  const reply = Buffer.alloc(48);
  reply[0] = 0x24;
  reply[1] = 2;
  question.copy(reply, 24, 40, 48);
  for (const at of [32, 40]) {
    reply.writeUInt32BE(Math.floor(atMs / 1_000 + epochSeconds) % 2 ** 32, at);
    reply.writeUInt32BE(Math.floor(((atMs % 1_000) / 1_000) * 2 ** 32), at + 4);
  }
  change(reply);
  return reply;
}

describe('an SNTP message', () => {
  const question = encodeTimeQuestion(nonce);
  const now = Date.UTC(2026, 10, 23, 12, 0, 0, 250);

  test('the question is version 4, mode client, and tells nothing but random bytes', () => {
    expect(question.toString('hex')).toBe(`23${'00'.repeat(39)}0123456789abcdef`);
  });

  test('the time in a reply', () => {
    const reply = decodeTimeReply(replyTo(question, now), nonce);
    expect(reply).toEqual({ kind: 'time', receivedMs: now, sentMs: now, stratum: 2 });
  });

  test('after 7 February 2036, when the seconds begin anew', () => {
    const later = Date.UTC(2040, 0, 1);
    expect(decodeTimeReply(replyTo(question, later), nonce)).toMatchObject({ sentMs: later });
  });

  test.each<[string, (reply: Buffer) => void]>([
    ['another nonce', (reply) => reply.writeUInt8(0xff, 24)],
    ['mode client', (reply) => reply.writeUInt8(0x23, 0)],
    ['version 7', (reply) => reply.writeUInt8(0x3c, 0)],
    ['no transmit time', (reply) => reply.fill(0, 40)],
  ])('that is no reply to us: %s', (_, change) => {
    expect(decodeTimeReply(replyTo(question, now, change), nonce)).toEqual({ kind: 'foreign' });
  });

  test.each([0, 1, 47, 1_025, 9_000])('of %i bytes is none', (length) => {
    expect(decodeTimeReply(randomBytes(length), nonce)).toEqual({ kind: 'foreign' });
  });

  test.each<[string, (reply: Buffer) => void, object]>([
    ['stratum 16', (reply) => reply.writeUInt8(16, 1), { kind: 'unsynchronised' }],
    ['alarm', (reply) => reply.writeUInt8(0xe4, 0), { kind: 'unsynchronised' }],
    [
      "kiss-o'-death",
      (reply) => {
        reply.writeUInt8(0, 1);
        reply.write('RATE', 12);
      },
      { kind: 'turned_away', code: 'RATE' },
    ],
    [
      "kiss-o'-death with control characters",
      (reply) => {
        reply.writeUInt8(0, 1);
        reply.write('\u001b[2J', 12);
      },
      { kind: 'turned_away', code: 'no code' },
    ],
  ])('%s', (_, change, meaning) => {
    expect(decodeTimeReply(replyTo(question, now, change), nonce)).toEqual(meaning);
  });
});

describe('asking', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });
  const never = new AbortController().signal;
  const source = { host: '127.79.1.1', port: 40_123 };
  const now = () => new Date('2026-11-23T12:00:00Z');
  const ask = (timeoutMs = 400) => askTime(source, timeoutMs, now, never);

  async function clock(answer: (question: Buffer, send: (bytes: Buffer) => void) => void) {
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.on('message', (bytes, { address, port }) => answer(bytes, (reply) => socket.send(reply, port, address)));
    socket.bind(source.port, source.host);
    await once(socket, 'listening');
  }

  test('a source that is an hour ahead', async () => {
    await clock((bytes, send) => send(replyTo(bytes, now().getTime() + 3_600_000)));
    const answer = await ask();
    expect(answer.kind === 'answered' && Math.round(answer.offsetMs / 1_000)).toBe(3_600);
  });

  test('hostile replies are ignored and counted', async () => {
    await clock((bytes, send) => {
      for (let index = 0; index < 10; index += 1) send(randomBytes(48));
      send(Buffer.alloc(0));
      send(replyTo(randomBytes(48), 0));
      if (bytes.length === 0) send(bytes);
    });
    expect(await ask(2_000)).toMatchObject({ kind: 'silent', ignored: 24 });
  });

  test('the first question lost: it is sent again, and its own delay counts', async () => {
    let heard = 0;
    await clock((bytes, send) => {
      heard += 1;
      if (heard === 2) send(replyTo(bytes, now().getTime()));
    });
    const answer = await ask(4_000);
    // Asked again after half of the time: counted from the first question it would be more than that.
    expect(answer).toMatchObject({ kind: 'answered' });
    expect(answer.kind === 'answered' ? answer.delayMs : Infinity).toBeLessThan(2_000);
  });

  test('nothing listens there', async () => {
    expect(await ask()).toEqual({ kind: 'refused' });
  });

  test('a name that leads nowhere', async () => {
    const answer = await askTime({ host: 'no-such-clock.invalid', port: 123 }, 2_000, now, never);
    expect(answer).toEqual({ kind: 'no_address' });
  });

  test('cut off: rejects with the reason', async () => {
    await clock(() => {});
    const control = new AbortController();
    const asking = askTime(source, 60_000, now, control.signal);
    setImmediate(() => control.abort(new Error('stopping')));
    await expect(asking).rejects.toThrow('stopping');
  });
});
