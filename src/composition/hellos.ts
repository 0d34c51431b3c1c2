import type { Store } from '../ports/store/store.ts';
import { createHelloDesk } from '../provisioning/hello/hello-desk.ts';
import { systemClock as clock } from '../runtime/system-clock.ts';
import type { Surroundings } from './surroundings.ts';

/** Takes hellos of bare-metal PCs, where somebody answers for it. Off by default. Resolves to the port; null: none are taken. */
export async function listenForHellos(
  { config, logger, demo }: Surroundings,
  store: Store,
  undo: (() => Promise<void>)[],
): Promise<number | null> {
  const { enabled, acknowledgedBy, listen } = config.provisioning.hello;
  if (!enabled || acknowledgedBy === undefined) return null;
  const { createHelloListener } = await import('../../adapters/hello/index.ts');
  const desk = createHelloDesk({ hellos: store.hellos, trail: store.trail, clock, logger });
  await desk.open(acknowledgedBy, listen);
  const listener = createHelloListener({ listen, clock, logger, receive: (hello) => desk.receive(hello) });
  undo.push(() => listener.close());
  const port = await listener.start();
  // In the demo only its own PCs reach it.
  logger[demo ? 'info' : 'warn']({ ...listen, port, acknowledgedBy }, 'hellos of PCs that wait to be set up are taken');
  return port;
}
