import type { Logger } from '../../src/ports/logger.ts';

/** Notes what is wrong, at most one line a minute for each kind: whoever sends rubbish must not fill the log. */
export interface QuietLog {
  note(kind: string, address: string, sample: string | null, nowMs: number): void;
}

const silentMs = 60_000;

/** The first of a kind is logged at once; the next line says how many were left out. */
export function createQuietLog(logger: Logger): QuietLog {
  const last = new Map<string, { atMs: number; leftOut: number }>();
  return {
    note(kind, address, sample, nowMs) {
      const known = last.get(kind);
      if (known && nowMs - known.atMs < silentMs) {
        known.leftOut += 1;
        return;
      }
      logger.warn(
        { kind, address, ...(sample === null ? {} : { sample }), leftOut: known?.leftOut ?? 0 },
        'a hello was not taken',
      );
      last.set(kind, { atMs: nowMs, leftOut: 0 });
    },
  };
}
