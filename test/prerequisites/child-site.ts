import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * What stands in the other network besides DHCP and DNS: a PC whose TCP ports take connections, and a time source. Told by lines on standard
 * input: `open HOST PORT`, `close PORT`, `clock MS` (ahead of the real time), `stratum N`. Every line is answered with `ok`.
 */
const servers = new Map<string, Server>();
let aheadMs = 0;
let stratum = 2;

const clock = createSocket('udp4');
clock.on('message', (question, { address, port }) => {
  const reply = Buffer.alloc(48);
  reply[0] = (4 << 3) | 4;
  reply[1] = stratum;
  question.copy(reply, 24, 40, 48);
  const seconds = (Date.now() + aheadMs) / 1_000 + 2_208_988_800;
  for (const at of [32, 40]) {
    reply.writeUInt32BE(Math.floor(seconds), at);
    reply.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
  }
  clock.send(reply, port, address);
});
clock.bind(123);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, first = '', second = ''] = line.split(' ');
  if (verb === 'open') {
    const server = createServer((socket) => socket.destroy());
    servers.set(second, server);
    await new Promise<void>((resolve) => server.listen(Number(second), first, resolve));
  }
  if (verb === 'close') await new Promise((resolve) => servers.get(first)?.close(resolve));
  if (verb === 'clock') aheadMs = Number(first);
  if (verb === 'stratum') stratum = Number(first);
  process.stdout.write('ok\n');
}
process.exit(0);
