import { z } from 'zod';
import { operationNames } from '../../../operations/operation.ts';
import { weekdays } from '../../../policy/policy.ts';
import { count, slug, targetWord, timeZone, title } from '../field-schemas.ts';

const guardedRisks = ['confirm', 'peer', 'two-peers'] as const;

const scope = {
  id: slug.describe('Id that decisions, cards and the trail name.'),
  operations: z
    .array(z.enum([...operationNames, 'all']))
    .min(1)
    .default(['all'])
    .describe('Operations that this is about; all means those that do more than look.'),
  targets: z
    .array(targetWord)
    .min(1)
    .default(['all'])
    .describe('Devices that this is about; one word must cover the device.'),
};

/** Rules that lift requests on the ladder. */
export const rulesSchema = z
  .array(
    z.strictObject({
      ...scope,
      devicesOver: count(0, 100_000)
        .default(0)
        .describe('Most devices of its targets that a request may have without this. 0: it is about every request.'),
      risk: z
        .enum(guardedRisks)
        .describe('Step of the ladder that such a request stands on, unless it is higher already.'),
    }),
  )
  .default([])
  .describe('Rules that lift requests on the ladder. The strictest of all that fit counts.');

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ allowed: 'a time of day from 00:00 to 23:59, in quotes' });

/** Maintenance windows. */
export const windowsSchema = z
  .array(
    z.strictObject({
      ...scope,
      days: z
        .array(z.enum(weekdays))
        .min(1)
        .default([...weekdays])
        .describe('Days on which it opens.'),
      from: clock.describe('Time of day at which it opens.'),
      to: clock.describe('Time of day at which it closes; on the next day when that is not after it opens.'),
      timezone: timeZone.optional().describe('Time zone of these times. Without it: service.timezone.'),
      outside: z
        .enum(['refuse', ...guardedRisks])
        .default('refuse')
        .describe('What a request gets while no window about its devices is open: a refusal, or a step of the ladder.'),
    }),
  )
  .default([])
  .describe(
    'Maintenance windows: when something may be done to the devices that they are about. One open window is enough.',
  );

const instant = z.iso
  .datetime({ offset: true, error: 'an instant' })
  .meta({ allowed: 'an instant with its offset such as 2026-12-20T18:00:00+01:00' });

/** Freezes. */
export const freezesSchema = z
  .array(
    z.strictObject({
      ...scope,
      from: instant.describe('When it begins.'),
      to: instant.describe('When it is over.'),
      reason: title.describe('Why, in words that a refusal shows.'),
    }),
  )
  .default([])
  .describe(
    'Times in which nothing is done to their devices: id, operations, targets, from, to, and a reason that refusals show.',
  );

/** Holds. */
export const holdsSchema = z
  .array(
    z.strictObject({
      ...scope,
      reason: title.describe('Why, in a word or two that the card shows, such as VIP.'),
      until: instant.optional().describe('When it is over. Without it: as long as it stands here.'),
    }),
  )
  .default([])
  .describe('Devices that are left out of every plan, with the reason shown.');
