import { z } from 'zod';
import { parseCron } from '../../../schedule/calendar/cron.ts';
import { shortestPauseMinutes } from '../../../schedule/calendar/due-times.ts';
import { count, filePath, placeWord, siteName, slug, timeZone } from '../field-schemas.ts';

/** Each verification asks DHCP, DNS, domains and a sample of PCs of every site. */
const leastMinutes = 15;

const cron = z
  .union([
    z.literal('never'),
    z.string().refine((text) => {
      const parsed = parseCron(text);
      return parsed.ok && shortestPauseMinutes(parsed.cron) >= leastMinutes;
    }),
  ])
  .meta({
    allowed: `never, or five fields (minute, hour, day of month, month, day of week) such as "0 5 * * *", at least ${leastMinutes} minutes apart`,
  });

const owner = z.strictObject({
  site: siteName.exactOptional().describe('The site. None: every site that has no owner of its own.'),
  person: slug.describe('Id of the person. May attest what no machine can measure.'),
  channel: placeWord.describe('Where the person is called when a step turns red.'),
});

/** The checklist of each site: when it is verified again, and who answers for it. */
export const checklistSchema = z
  .strictObject({
    cron: cron
      .default('0 5 * * *')
      .describe('When all steps of all sites are verified again, one site at a time. never: only when somebody asks.'),
    timezone: timeZone.exactOptional().describe('Time zone of that. None: service.timezone.'),
    freshDays: count(1, 90)
      .default(7)
      .describe(
        'Days that what PCs themselves told counts (status, settings, AMT status). Older than that it is not known.',
      ),
    owners: z.array(owner).max(500).default([]).describe('Who answers for the checklists.'),
    canaries: z
      .record(siteName, z.string().min(1).max(63))
      .default({})
      .describe('By site the name of a PC that is always on the network, by which it is seen that AMT is reached.'),
    backup: z
      .strictObject({
        path: filePath.describe('Directory with the backups of the database, or one file.'),
        maxAgeHours: count(1, 8_760).default(26).describe('Hours that the newest one may be old.'),
      })
      .exactOptional()
      .describe('Backup of the database, whose age is looked at. None: it is not known.'),
  })
  .prefault({})
  .describe('The checklist of out-of-band management (/oob checklist).');
