import type { Wall } from './clock-oracle.ts';

/** Crons, each with the same said in code of its own. */
export const crons: readonly { readonly cron: string; readonly fits: (wall: Wall) => boolean }[] = [
  { cron: '0 22 * * 2', fits: ({ minute, hour, weekday }) => minute === 0 && hour === 22 && weekday === 2 },
  { cron: '30 2 * * *', fits: ({ minute, hour }) => minute === 30 && hour === 2 },
  { cron: '15 1 * * *', fits: ({ minute, hour }) => minute === 15 && hour === 1 },
  { cron: '0 0-4 * * *', fits: ({ minute, hour }) => minute === 0 && hour <= 4 },
  { cron: '*/20 1-2 * * *', fits: ({ minute, hour }) => minute % 20 === 0 && (hour === 1 || hour === 2) },
  {
    cron: '45 23 * * mon-fri',
    fits: ({ minute, hour, weekday }) => minute === 45 && hour === 23 && weekday > 0 && weekday < 6,
  },
  {
    cron: '0 6 29 2 *',
    fits: ({ minute, hour, day, month }) => minute === 0 && hour === 6 && day === 29 && month === 2,
  },
  {
    cron: '5 0 13 * fri',
    fits: ({ minute, hour, day, weekday }) => minute === 5 && hour === 0 && (day === 13 || weekday === 5),
  },
  {
    cron: '0 12 */2 * sun',
    fits: ({ minute, hour, day, weekday }) => minute === 0 && hour === 12 && day % 2 === 1 && weekday === 0,
  },
  {
    cron: '20 4 31 1-12 7',
    fits: ({ minute, hour, day, weekday }) => minute === 20 && hour === 4 && (day === 31 || weekday === 0),
  },
];

/** Zones with and without summer time, one of them with half an hour of it. */
export const zones = ['Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'] as const;

/** Two years with a 29 February. */
export const years = { from: new Date('2027-01-01T00:00:00Z'), to: new Date('2029-01-01T00:00:00Z') } as const;
