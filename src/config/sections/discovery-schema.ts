import { z } from 'zod';
import { parseRange } from '../../discovery/addresses.ts';
import { channelWord, count, slug } from './field-schemas.ts';

const credentialName = z.string().min(1).max(63);

const rangeSchema = z.strictObject({
  id: slug.describe('Name of the range in commands: `discover range:madrid`.'),
  cidr: z
    .string()
    .refine((text) => parseRange(text) !== null)
    .meta({ allowed: 'an IPv4 range such as 10.1.0.0/22, at most a /16, written from its first address' })
    .describe('Its addresses. Parts of it may be scanned too.'),
  site: z.string().min(1).max(63).describe('Site of PCs that are found in it. A role must cover the site to scan it.'),
  ratePerSecond: count(1, 5_000).default(100).describe('Most packets and connections a second.'),
  credential: credentialName
    .default('default')
    .describe('Name under amt.credentials for PCs that are added and let none of `accounts` in.'),
  channels: z
    .array(channelWord)
    .default([])
    .describe('Channels in which it may be scanned. Empty: wherever the role holds.'),
  roles: z
    .array(slug)
    .default([])
    .describe('Roles that may scan it; they need a grant of `discover` all the same. Empty: any that has one.'),
});

/** What may be scanned for AMT, and which accounts are tried there. */
export const discoverySchema = z
  .strictObject({
    ranges: z
      .array(rangeSchema)
      .max(500)
      .default([])
      .describe('Ranges that `discover` may scan. What is in none of them is refused.'),
    accounts: z
      .array(credentialName)
      .max(8)
      .default([])
      .describe(
        'Names under amt.credentials that are tried, in this order, at PCs that a scan finds. Log-ins go to whoever answers there, as digests: name only accounts for which that is acceptable.',
      ),
    logInsPerHour: count(1, 10)
      .default(2)
      .describe('Most log-ins that scans try at one address in an hour, for AMT locks accounts after wrong passwords.'),
  })
  .prefault({})
  .describe('Looking for computers with AMT.');
