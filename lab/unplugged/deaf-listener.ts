/** Worker: a port whose queue of connections is full for good, so that the kernel drops further SYN packets. */
import { connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { host, port }: { host: string; port: number } = workerData;

createServer().listen({ host, port, backlog: 1 }, () => {
  // A queue of one holds two on Linux. The kernel fills it while this thread stands still.
  for (let count = 0; count < 6; count += 1) connect({ host, port }).on('error', () => {});
  // Node connects on the next tick; after that nothing may return to the event loop, which would accept.
  process.nextTick(() => {
    parentPort?.postMessage('deaf');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
});
