const minuteMs = 60_000;

/**
 * Waiting times before each hello, in milliseconds: the first at once, then once a minute for five minutes, every five
 * minutes for an hour, once an hour for 23 hours; then silence. Microsoft, "Out of band management in Configuration Manager"
 * `[guide]`.
 */
export const helloGapsMs: readonly number[] = [
  0,
  ...Array.from({ length: 5 }, () => minuteMs),
  ...Array.from({ length: 12 }, () => 5 * minuteMs),
  ...Array.from({ length: 23 }, () => 60 * minuteMs),
];
