import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Seconds from 1900, which NTP counts from, to 1970 (RFC 5905, figure 4). */
const epochSeconds = 2_208_988_800;

/** A time source that can be made to go wrong. */
export interface TimeSource {
  /** Says a time that is so many milliseconds ahead of the real one. */
  setAhead(ms: number): void;
  /** How far it says to be from a reference clock; at first 2. */
  setStratum(stratum: number): void;
  stop(): Promise<void>;
}

/** SNTP (RFC 4330, server mode) on a UDP port, by default of every address. */
export async function startTimeSource(port: number, address?: string): Promise<TimeSource> {
  let aheadMs = 0;
  let stratum = 2;
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const reply = Buffer.alloc(48);
    // Version 4, mode 4: a server.
    reply[0] = (4 << 3) | 4;
    reply[1] = stratum;
    question.copy(reply, 24, 40, 48);
    const seconds = (Date.now() + aheadMs) / 1_000 + epochSeconds;
    // When its clock was set, when the question came, when this goes.
    for (const at of [16, 32, 40]) {
      reply.writeUInt32BE(Math.floor(seconds), at);
      reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    socket.send(reply, from.port, from.address);
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  return {
    setAhead: (ms) => {
      aheadMs = ms;
    },
    setStratum: (to) => {
      stratum = to;
    },
    async stop() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
