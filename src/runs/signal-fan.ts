/** Many signals that follow one. */
export interface SignalFan {
  /** A signal for one task; `unlink` when the task has ended. */
  link(): { readonly signal: AbortSignal; readonly unlink: () => void };
}

/**
 * Hands out signals that abort with `source`. A signal searches through its listeners for each one that is added, so one
 * that a thousand tasks share would cost each of them a thousand steps.
 */
export function createSignalFan(source: AbortSignal): SignalFan {
  const linked = new Set<AbortController>();
  source.addEventListener('abort', () => {
    for (const control of linked) control.abort(source.reason);
  });
  return {
    link() {
      const control = new AbortController();
      if (source.aborted) control.abort(source.reason);
      linked.add(control);
      return { signal: control.signal, unlink: () => linked.delete(control) };
    },
  };
}
