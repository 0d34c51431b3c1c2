import type { Invocation } from '../../src/ports/chat.ts';

/** Takes what the adapter hands over, in order. */
export function createInbox() {
  const waiting: Invocation[] = [];
  let wake: (() => void) | null = null;
  let rejection: Error | null = null;
  const next = async (): Promise<Invocation> => {
    for (;;) {
      const first = waiting.shift();
      if (first !== undefined) return first;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    onInvocation: async (invocation: Invocation): Promise<void> => {
      if (rejection !== null) {
        const error = rejection;
        rejection = null;
        throw error;
      }
      waiting.push(invocation);
      wake?.();
    },
    next,
    /** Everything up to and with the first that `isLast` accepts. */
    nextUntil: async (isLast: (invocation: Invocation) => boolean): Promise<Invocation[]> => {
      const taken: Invocation[] = [];
      do taken.push(await next());
      while (!taken.some(isLast));
      return taken;
    },
    rejectNext: (error: Error): void => {
      rejection = error;
    },
  };
}
