import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Seconds between 1900, which NTP counts from, and 1970. */
const ntpEpochSeconds = 2_208_988_800;

/** A time source (RFC 4330, server mode, stratum 2) whose clock can be set off. */
export async function startTimeServer(address: string, port: number) {
  const socket = createSocket('udp4');
  let aheadMs = 0;
  const stamp = (at: number, reply: Buffer, offset: number) => {
    const seconds = at / 1_000 + ntpEpochSeconds;
    reply.writeUInt32BE(Math.floor(seconds), offset);
    reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), offset + 4);
  };
  socket.on('message', (request, { port: to, address: from }) => {
    const reply = Buffer.alloc(48);
    reply.writeUInt8(0x24, 0);
    reply.writeUInt8(2, 1);
    request.copy(reply, 24, 40, 48);
    const now = Date.now() + aheadMs;
    stamp(now, reply, 16);
    stamp(now, reply, 32);
    stamp(now, reply, 40);
    socket.send(reply, to, from);
  });
  socket.bind(port, address);
  await once(socket, 'listening');
  return {
    setOff: (ms: number) => {
      aheadMs = ms;
    },
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}
