import { z } from 'zod';
import { missedWays } from '../../../ports/store/schedule-store.ts';
import { parseBlackouts } from '../../../schedule/calendar/blackouts.ts';
import { parseCron } from '../../../schedule/calendar/cron.ts';
import { count, placeWord, slug, timeZone } from '../field-schemas.ts';

const line = z
  .string()
  .regex(/^\P{Cc}{1,500}$/u)
  .meta({ allowed: 'one line of up to 500 characters' });

/** When something is due, in the five fields of cron. */
export const cron = z
  .string()
  .refine((text) => parseCron(text).ok)
  .meta({ allowed: 'five fields (minute, hour, day of month, month, day of week) such as "0 22 * * 2"' });

const days = z
  .string()
  .refine((text) => parseBlackouts(text)?.length === 1)
  .meta({ allowed: 'a day such as 2026-12-24, or a range such as 2026-12-31..2027-01-06' });

const entry = z.strictObject({
  id: slug.describe('Name that people refer to.'),
  command: line.describe('The command, without /oob.'),
  cron: cron.describe(
    'When it is due. What a change to summer time leaves out is due when the clocks jump; what comes twice, the first time only.',
  ),
  timezone: timeZone.default('UTC').describe('Time zone of the times and the days of rest.'),
  owner: slug.describe(
    'Id of the person in whose name it asks. Policy and approvals count as if this person had typed it.',
  ),
  channel: placeWord.describe('Where it asks, and where results and notices go.'),
  reason: line.exactOptional().describe('Reason of each request.'),
  missed: z
    .enum(missedWays)
    .default('report')
    .describe('What to do about a time at which nobody was there: run it late, or only report it.'),
  lateMinutes: count(1, 1_440).default(30).describe('How late a missed time is still run (missed: run-late).'),
  except: z.array(days).default([]).describe('Days of rest.'),
});

/** Commands that are asked for again and again. */
export const schedulesSchema = z
  .strictObject({
    leastMinutes: count(1, 1_440)
      .default(5)
      .describe('Schedules may be due no more often than once in so many minutes, those from chat included.'),
    entries: z
      .array(entry)
      .default([])
      .describe('Schedules that chat can pause but not change; more can be set there (/oob schedule add).'),
  })
  .prefault({})
  .describe('Commands that are asked for at set times.');
