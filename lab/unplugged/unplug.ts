import { once } from 'node:events';
import { type Worker as Thread, Worker } from 'node:worker_threads';

/**
 * Makes an address look like that of a PC whose cable is out: what is sent to these ports is dropped, so that connecting is not
 * answered at all, neither by an acceptance nor by a refusal (RFC 9293, 3.10.7.1 needs a host to refuse). Every address of
 * 127.0.0.0/8 has a host, hence the trick: the queue of a listener that never accepts is full. That a router would say after a while
 * that the host is unreachable is not simulated.
 *
 * Costs a thread for each port, some 10 MB; meant for a few devices.
 *
 * @returns what plugs it in again
 */
export async function unplug(host: string, ports: readonly number[]): Promise<() => Promise<void>> {
  const threads: Thread[] = [];
  const plugIn = async () => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  try {
    for (const port of ports) {
      const thread = new Worker(new URL('./deaf-listener.ts', import.meta.url), { workerData: { host, port } });
      threads.push(thread);
      await once(thread, 'message');
      thread.unref();
    }
  } catch (error) {
    await plugIn();
    throw error;
  }
  return plugIn;
}
