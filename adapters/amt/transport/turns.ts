import { AmtError } from '../../../src/ports/amt.ts';

/** Who may speak with a device: one at a time, in the order they came. */
export interface Turns {
  /** Resolves when it is this caller's turn, with what ends the turn; rejects with `cancelled` when aborted before. */
  take(key: string, signal: AbortSignal): Promise<() => void>;
}

/** Makes the queues. A device that nobody speaks with costs nothing. */
export function createTurns(): Turns {
  const waiting = new Map<string, Array<() => void>>();

  const pass = (key: string) => {
    const next = waiting.get(key)?.shift();
    if (next) next();
    else waiting.delete(key);
  };

  const once = (key: string) => {
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      pass(key);
    };
  };

  return {
    async take(key, signal) {
      if (signal.aborted) throw new AmtError('cancelled', ['stopped before it began'], { cause: signal.reason });
      const queue = waiting.get(key);
      if (queue === undefined) {
        waiting.set(key, []);
        return once(key);
      }
      await new Promise<void>((resolve, reject) => {
        const go = () => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          const place = queue.indexOf(go);
          if (place < 0) return;
          queue.splice(place, 1);
          reject(
            new AmtError('cancelled', ['stopped while another conversation with the device was under way'], {
              cause: signal.reason,
            }),
          );
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(go);
      });
      return once(key);
    },
  };
}
