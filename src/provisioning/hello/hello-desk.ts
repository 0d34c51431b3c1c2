import type { Clock } from '../../ports/clock.ts';
import type { ReceivedHello } from '../../ports/hello/hello.ts';
import type { HelloStore } from '../../ports/hello/hello-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { TrailStore } from '../../ports/trail/trail-store.ts';
import { noteHello } from './note-hello.ts';

/** What the desk needs. */
export interface HelloDeskDeps {
  readonly hellos: Pick<HelloStore, 'note'>;
  readonly trail: Pick<TrailStore, 'append'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Where hellos come in. */
export interface HelloDesk {
  /** That the listener was switched on, by whose word, goes into the trail before it takes anything. */
  open(acknowledgedBy: string, listen: { readonly host: string; readonly port: number }): Promise<void>;
  /** Keeps a hello; nothing else is done about it. */
  receive(hello: ReceivedHello): Promise<void>;
}

/** Unknown PCs that are kept: what anybody on the network can add must not grow without end. */
const mostUnknown = 5_000;
const staleMs = 30 * 24 * 60 * 60_000;

/** Makes the desk. Logs what is new and what is doubted, once for each. */
export function createHelloDesk({ hellos, trail, clock, logger }: HelloDeskDeps): HelloDesk {
  return {
    open: (acknowledgedBy, listen) =>
      trail.append([
        {
          at: clock.now(),
          kind: 'hello_listening',
          actor: 'service',
          requestId: null,
          data: { acknowledgedBy, ...listen },
        },
      ]),
    async receive(hello) {
      const staleBefore = new Date(clock.now().getTime() - staleMs);
      const noted = await hellos.note(hello, noteHello, { mostUnknown, staleBefore });
      const { uuid, address } = hello;
      if (noted.kind === 'full') {
        logger.warn({ uuid, address, mostUnknown }, 'a new PC said hello, but too many unknown ones are kept already');
        return;
      }
      const { doubt } = noted.record;
      if (noted.isNewlyDoubted) logger.warn({ uuid, address, doubt }, 'hellos of one UUID are doubted');
      else if (noted.isNew) logger.info({ uuid, address, version: hello.version }, 'a PC said hello');
    },
  };
}
