/** How much one address may send, and all of them together. */
export interface SourceLimits {
  /** Connections open at once, in all and from one address. */
  readonly connections: number;
  readonly connectionsPerSource: number;
  /** Connections begun in a minute, in all and from one address. A PC says hello once a minute; a router may stand before many. */
  readonly perMinute: number;
  readonly perMinutePerSource: number;
  /** Addresses that are remembered; a new one beyond that is let in only when an old one has been quiet. */
  readonly sources: number;
}

/** Lets connections in, or not. */
export interface SourceGate {
  /** True when one more may be begun; then `leave` has to follow. */
  enter(address: string, nowMs: number): boolean;
  leave(address: string): void;
  /** Addresses that are remembered, for tests. */
  size(): number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
  open: number;
}

/** Counts connections by address, in bounded memory: each address and all together have a bucket that fills by the minute. */
export function createSourceGate(limits: SourceLimits): SourceGate {
  const sources = new Map<string, Bucket>();
  const all: Bucket = { tokens: limits.perMinute, filledAtMs: 0, open: 0 };

  function fill(bucket: Bucket, perMinute: number, nowMs: number): void {
    const passedMs = Math.max(0, nowMs - bucket.filledAtMs);
    bucket.tokens = Math.min(perMinute, bucket.tokens + (passedMs / 60_000) * perMinute);
    bucket.filledAtMs = nowMs;
  }

  /** The address's bucket; undefined when there is no room for a new one. */
  function bucketOf(address: string, nowMs: number): Bucket | undefined {
    const known = sources.get(address);
    if (known) {
      // Inserted again: the order of a Map is that of last use.
      sources.delete(address);
      sources.set(address, known);
      return known;
    }
    if (sources.size >= limits.sources) {
      const [oldest] = sources;
      // One that is busy must not get a full bucket by being forgotten.
      if (!oldest || oldest[1].open > 0 || nowMs - oldest[1].filledAtMs < 60_000) return undefined;
      sources.delete(oldest[0]);
    }
    const made = { tokens: limits.perMinutePerSource, filledAtMs: nowMs, open: 0 };
    sources.set(address, made);
    return made;
  }

  return {
    enter(address, nowMs) {
      const own = bucketOf(address, nowMs);
      if (!own) return false;
      fill(own, limits.perMinutePerSource, nowMs);
      fill(all, limits.perMinute, nowMs);
      const isFull = all.open >= limits.connections || own.open >= limits.connectionsPerSource;
      if (isFull || own.tokens < 1 || all.tokens < 1) return false;
      own.tokens -= 1;
      all.tokens -= 1;
      own.open += 1;
      all.open += 1;
      return true;
    },
    leave(address) {
      const own = sources.get(address);
      if (own) own.open -= 1;
      all.open -= 1;
    },
    size: () => sources.size,
  };
}
