import { createHelloListener } from '../../adapters/hello/index.ts';
import type { ReceivedHello } from '../../src/ports/hello/hello.ts';
import { realClock } from '../amt/conversation.ts';
import { recordingLogger } from '../store/testing.ts';

/** A listener for hellos. */
export interface FirstHello {
  /** Where PCs have to say them. */
  readonly server: { readonly host: string; readonly port: number };
  /** The first one, once `receive` is done with it. */
  readonly said: Promise<ReceivedHello>;
  close(): Promise<void>;
}

/** Listens on a free port of this address. `receive` gets each hello; by default nobody does. */
export async function listenForHello(
  host: string,
  receive: (hello: ReceivedHello) => Promise<void> = async () => {},
): Promise<FirstHello> {
  const { promise: said, resolve: heard } = Promise.withResolvers<ReceivedHello>();
  const listener = createHelloListener({
    ...{ listen: { host, port: 0 }, clock: realClock, logger: recordingLogger() },
    async receive(hello) {
      await receive(hello);
      heard(hello);
    },
  });
  return { server: { host, port: await listener.start() }, said, close: () => listener.close() };
}
