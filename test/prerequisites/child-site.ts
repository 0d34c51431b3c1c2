import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { startTimeSource } from '../support/time-source.ts';

/**
 * What stands in the other network besides DHCP and DNS: a PC whose TCP ports take connections, and a time source. Told by lines on standard
 * input: `open HOST PORT`, `close PORT`, `clock MS` (ahead of the real time), `stratum N`. Every line is answered with `ok`.
 */
const servers = new Map<string, Server>();
const clock = await startTimeSource(123);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, first = '', second = ''] = line.split(' ');
  if (verb === 'open') {
    const server = createServer((socket) => socket.destroy());
    servers.set(second, server);
    await new Promise<void>((resolve) => server.listen(Number(second), first, resolve));
  }
  if (verb === 'close') await new Promise((resolve) => servers.get(first)?.close(resolve));
  if (verb === 'clock') clock.setAhead(Number(first));
  if (verb === 'stratum') clock.setStratum(Number(first));
  process.stdout.write('ok\n');
}
process.exit(0);
