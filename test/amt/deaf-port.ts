/**
 * Worker: a port whose queue of connections is full, so that the kernel drops further SYN packets as if the ME slept,
 * until the main thread notifies it. Then it accepts and answers every request with power state 2.
 */
import { connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { host, shared }: { host: string; shared: SharedArrayBuffer } = workerData;
const body =
  '<?xml version="1.0"?><a:Envelope xmlns:a="http://www.w3.org/2003/05/soap-envelope"><a:Body>' +
  '<g:CIM_AssociatedPowerManagementService xmlns:g="x"><g:PowerState>2</g:PowerState>' +
  '</g:CIM_AssociatedPowerManagementService></a:Body></a:Envelope>';

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', () => {
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  });
});
server.listen({ host, port: 16_992, backlog: 1 }, () => {
  // A queue of one holds two on Linux. The kernel fills it while this thread stands still.
  for (let count = 0; count < 6; count += 1) connect({ host, port: 16_992 }).on('error', () => {});
  // Node connects on the next tick; after that nothing may return to the event loop, which would accept.
  process.nextTick(() => {
    parentPort?.postMessage('deaf');
    Atomics.wait(new Int32Array(shared), 0, 0);
  });
});
