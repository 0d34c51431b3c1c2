/** One contestant's process: its CPU time and its memory are its own. Started by contestant-process.ts. */

import { peakMemoryMb } from '../figures/process-figures.ts';
import type { ContestantName, Prepare, Ready } from './contestants.ts';
import { type Order, orderSchema, type Report } from './messages.ts';

const loaders: Readonly<Record<ContestantName, () => Promise<Prepare>>> = {
  service: async () => (await import('./contestants/service.ts')).prepareService,
  adapter: async () => (await import('./contestants/adapter.ts')).prepareAdapter,
  bare: async () => (await import('./contestants/bare-loop.ts')).prepareBareLoop,
  meshcentral: async () => (await import('./contestants/meshcentral.ts')).prepareMeshCentral,
};

let ready: Ready | null = null;
let startedAt = process.cpuUsage();
let stopped = false;

const tell = (report: Report) => process.send?.(report);

async function carryOut(order: Order): Promise<void> {
  switch (order.kind) {
    case 'prepare': {
      const prepare = await loaders[order.name]();
      ready = await prepare(order.course);
      tell({ kind: 'ready', consoleUrl: ready.consoleUrl });
      return;
    }
    case 'start':
      startedAt = process.cpuUsage();
      await ready?.run();
      tell({ kind: 'done' });
      return;
    case 'stop': {
      const { user, system } = process.cpuUsage(startedAt);
      tell({ kind: 'figures', cpuMs: (user + system) / 1_000, peakMb: peakMemoryMb() });
      await ready?.close();
      stopped = true;
      process.disconnect();
    }
  }
}

// Without the benchmark there is nobody to do this for, and nobody who would end the process or its database.
process.once('disconnect', () => {
  if (stopped) return;
  const closed = ready?.close() ?? Promise.resolve();
  closed.catch(() => {}).finally(() => process.exit(1));
});

process.on('message', (message) => {
  carryOut(orderSchema.parse(message)).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
