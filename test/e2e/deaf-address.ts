import { once } from 'node:events';
import { type Worker as Thread, Worker } from 'node:worker_threads';

/** AMT's ports. */
const ports = [16_992, 16_993];

/**
 * Makes an address of this machine look like a PC that was unplugged: the kernel drops what is sent to AMT's ports, because the queue
 * of a listener that never accepts is full. Resolves to what undoes it.
 */
export async function deafAddress(host: string): Promise<() => Promise<void>> {
  const threads: Thread[] = [];
  for (const port of ports) {
    const thread = new Worker(new URL('./deaf-listener.ts', import.meta.url), { workerData: { host, port } });
    threads.push(thread);
    await once(thread, 'message');
  }
  return async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
}
