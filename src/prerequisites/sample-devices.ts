const dayMs = 86_400_000;

/**
 * Up to `most` of them, evenly spread over the list, so that every floor of a site is likely to be in it; others every day, so that in
 * time all are.
 */
export function sampleOf<T>(all: readonly T[], most: number, now: Date): readonly T[] {
  if (all.length <= most) return all;
  const step = all.length / most;
  const shift = Math.floor(now.getTime() / dayMs) % Math.ceil(step);
  return Array.from({ length: most }, (_, index) => all[Math.floor(index * step + shift) % all.length]).flatMap(
    (each) => (each === undefined ? [] : [each]),
  );
}
