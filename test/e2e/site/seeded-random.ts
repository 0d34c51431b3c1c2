/** Numbers that look drawn and come again with the same seed. */
export interface SeededRandom {
  /** `OOB_E2E_SEED`, or always the same one. */
  readonly seed: number;
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** `count` different whole numbers from `least` to `most`, in rising order. */
  ascending(count: number, least: number, most: number): readonly number[];
}

/** A generator by its seed (mulberry32, Tommy Ettinger, public domain). */
export function createSeededRandom(): SeededRandom {
  const seed = Number(process.env.OOB_E2E_SEED ?? 20_261_123);
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    seed,
    below: (limit) => Math.floor(next() * limit),
    ascending(count, least, most) {
      const drawn = new Set<number>();
      while (drawn.size < count) drawn.add(least + Math.floor(next() * (most - least + 1)));
      return [...drawn].sort((a, b) => a - b);
    },
  };
}
