import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { createSiteProbes } from '../../../adapters/network/site/site-probes.ts';
import { systemClock } from '../../../src/runtime/system-clock.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A DNS server that answers every question with these bytes. */
async function serverThat(answer: (question: Buffer) => Buffer) {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (bytes, { address, port }) => socket.send(answer(bytes), port, address));
  socket.bind(40_053, '127.79.1.2');
  await once(socket, 'listening');
  return createSiteProbes({ clock: systemClock }).nameServer('127.79.1.2:40053');
}

/** A reply to the question with this many answers, whose bytes follow. */
const replyWith = (question: Buffer, count: number, answers: Buffer) => {
  const reply = Buffer.concat([question, answers]);
  reply.writeUInt16BE(0x81_80, 2);
  reply.writeUInt16BE(count, 6);
  reply.writeUInt16BE(0, 10);
  return reply;
};

test.each<[string, (question: Buffer) => Buffer]>([
  ['random bytes', () => randomBytes(200)],
  ['nothing', () => Buffer.alloc(0)],
  ['a header alone', (question) => question.subarray(0, 12)],
  ['answers that are not there', (question) => replyWith(question, 65_535, Buffer.alloc(0))],
  [
    'a name that points to itself',
    (question) => replyWith(question, 1, Buffer.from([0xc0, question.length, 0, 1, 0, 1])),
  ],
  ['another id', (question) => Buffer.concat([randomBytes(2), question.subarray(2)])],
  ['64 KB', (question) => replyWith(question, 1, Buffer.alloc(60_000, 0xc0))],
])('a DNS server that answers with %s has not answered, and it takes no longer than allowed', async (_, answer) => {
  const server = await serverThat(answer);
  expect(await server.addressesOf('host42.lab.test', 250)).toEqual({ kind: 'no_answer' });
  expect(await server.namesOf('10.79.0.42', 250)).toEqual({ kind: 'no_answer' });
});
