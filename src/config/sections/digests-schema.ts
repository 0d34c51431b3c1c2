import { z } from 'zod';
import { sectionNames } from '../../digest/section-names.ts';
import { parseCron } from '../../schedule/calendar/cron.ts';
import { placeWord, siteName, slug, timeZone } from './field-schemas.ts';

const cron = z
  .string()
  .refine((text) => parseCron(text).ok)
  .meta({ allowed: 'five fields (minute, hour, day of month, month, day of week) such as "0 8 * * 1-5"' });

const digest = z.strictObject({
  id: slug.describe('Name that people refer to.'),
  channel: placeWord.describe('Where it is posted.'),
  fallback: placeWord
    .exactOptional()
    .describe('Where it is posted, with a remark, when that channel does not take it. None: it is tried for a day.'),
  cron: cron.describe('When it is due. What was not told since the last one is told, so it may be daily or weekly.'),
  timezone: timeZone.exactOptional().describe('Time zone of that and of the times in it. None: service.timezone.'),
  sites: z.array(siteName).default([]).describe('Sites that it is about. None: all.'),
  sections: z
    .array(z.enum(sectionNames))
    .min(1)
    .default([...sectionNames])
    .describe('Its parts.'),
});

/** Digests that are posted at set times. */
export const digestsSchema = z
  .array(digest)
  .default([])
  .describe('Digests: what happened since the last one, posted to a channel at set times (/oob digest now).');
