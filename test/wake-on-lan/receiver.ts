/** Process: takes datagrams on the UDP ports of its arguments and writes `PORT HEX` for each; first `ready`. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

for (const port of process.argv.slice(2).map(Number)) {
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => process.stdout.write(`${port} ${bytes.toString('hex')}\n`));
  const bound = once(socket, 'listening');
  socket.bind(port);
  await bound;
}
process.stdout.write('ready\n');
// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());
