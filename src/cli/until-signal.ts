/** Resolves with the signal's name when this process is asked to end, or with the error that makes it end. A second signal ends it at once. */
export function untilSignal(): { readonly ended: Promise<string | Error>; readonly fail: (error: Error) => void } {
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<string | Error>((resolve) => {
    fail = resolve;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(130));
      });
    }
  });
  return { ended, fail: (error) => fail(error) };
}
