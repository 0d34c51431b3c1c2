/**
 * Resolves with the signal's name when this process is asked to end, or with the error that makes it end. A second signal ends it at
 * once. With `onHangup`, SIGHUP calls that instead, as often as it comes; not on Windows, where it means that the console is closed.
 */
export function untilSignal(onHangup?: () => void): {
  readonly ended: Promise<string | Error>;
  readonly fail: (error: Error) => void;
} {
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<string | Error>((resolve) => {
    fail = resolve;
    const reloads = onHangup !== undefined && process.platform !== 'win32';
    if (reloads) process.on('SIGHUP', onHangup);
    for (const signal of ['SIGTERM', 'SIGINT', ...(reloads ? [] : (['SIGHUP'] as const))] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(130));
      });
    }
  });
  return { ended, fail: (error) => fail(error) };
}
