import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Seconds from 1900 to 1970 (RFC 5905, figure 4). */
const epochSeconds = 2_208_988_800;

/** A time source that can be made to go wrong. */
export interface TimeSource {
  /** Says a time that is so many milliseconds ahead of the real one. */
  setAhead(ms: number): void;
  stop(): Promise<void>;
}

/** SNTP (RFC 4330) on UDP 123 of the address, stratum 2. */
export async function startTimeSource(address: string): Promise<TimeSource> {
  let aheadMs = 0;
  const socket = createSocket('udp4');
  socket.on('message', (question, { address: from, port }) => {
    const reply = Buffer.alloc(48);
    // Version 4, mode 4: a server.
    reply[0] = (4 << 3) | 4;
    reply[1] = 2;
    question.copy(reply, 24, 40, 48);
    const seconds = (Date.now() + aheadMs) / 1_000 + epochSeconds;
    for (const at of [32, 40]) {
      reply.writeUInt32BE(Math.floor(seconds), at);
      reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    socket.send(reply, port, from);
  });
  socket.bind(123, address);
  await once(socket, 'listening');
  return {
    setAhead: (ms) => {
      aheadMs = ms;
    },
    async stop() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}
