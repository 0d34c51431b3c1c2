/**
 * Condition: a moment lies ahead by more than clocks differ, so a clock that was wrong has dated it. Such a date does not keep out what is
 * found out when the clock is right again.
 */
export const isOfTheFuture = (moment: string): string => `${moment} > now() + interval '1 minute'`;
