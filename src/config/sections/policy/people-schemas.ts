import { z } from 'zod';
import { auditorOperations, operationNames } from '../../../operations/operation.ts';
import { sid } from '../directory-schema.ts';
import { channelWord, count, guid, slackUser, slackWorkspace, slug, targetWord, title } from '../field-schemas.ts';

const accounts = z
  .strictObject({
    console: z.boolean().default(false).describe('Whether the person exists on the local console.'),
    slack: z
      .array(
        z.strictObject({
          workspace: slackWorkspace.describe('Workspace id.'),
          user: slackUser.describe('Member id, never the display name: that can be changed by its owner.'),
        }),
      )
      .default([])
      .describe('Slack accounts of the person.'),
    teams: z
      .array(
        z.strictObject({
          tenant: guid.describe('Tenant id.'),
          object: guid.describe('Object id of the user in Microsoft Entra, never the mail address.'),
        }),
      )
      .default([])
      .describe('Teams accounts of the person.'),
  })
  .prefault({});

const person = z.strictObject({
  id: slug.describe('Id of the person; it stays in the trail, so it is never given to somebody else.'),
  name: title.describe('Name in messages.'),
  roles: z.array(slug).default([]).describe('Ids of the roles the person has. None: everything is refused.'),
  directory: z
    .strictObject({
      domain: slug.describe('Name under directory.domains.'),
      sid: sid.describe('SID of the user.'),
    })
    .optional()
    .describe('Account in Active Directory: its groups give roles, as directory.roles says.'),
  accounts: accounts.describe('Where the person speaks from, by ids that the platform never reassigns.'),
});

/** Everybody who may speak. Who is not listed is refused. */
export const peopleSchema = z
  .array(person)
  .default([])
  .describe('Everybody who may speak to the service. Who is not here is refused.');

const operationWords = z.array(z.enum([...operationNames, 'all'])).min(1);
const operations = operationWords.describe('Operations that this is about.');
const targets = z
  .array(targetWord)
  .min(1)
  .default(['all'])
  .describe('Devices that this is about; one word must cover the device.');

const breakable = operationNames.filter((operation) => !auditorOperations.includes(operation));

const role = z.strictObject({
  id: slug.describe('Id that people refer to.'),
  allow: z
    .array(
      z.strictObject({
        operations: operationWords.describe(
          `Operations that this is about; all does not cover ${auditorOperations.join(' and ')}, which have to be named.`,
        ),
        targets,
        channels: z
          .array(channelWord)
          .min(1)
          .default(['any'])
          .describe('Channels in which it may be asked for, by their ids; a name can be changed.'),
      }),
    )
    .default([])
    .describe('What people of this role may ask for.'),
  approve: z
    .array(z.strictObject({ operations, targets }))
    .default([])
    .describe('What people of this role may approve. Nobody approves a request of their own.'),
  breakGlass: z
    .array(
      z.strictObject({
        operations: z
          .array(z.enum([...breakable, 'all']))
          .min(1)
          .describe(`Operations that this is about; never ${auditorOperations.join(' and ')}.`),
        targets,
      }),
    )
    .default([])
    .describe(
      'What people of this role may do at once with --break-glass, of what they may ask for: without approvals, windows and freezes. Everybody who could have approved is told, and somebody else has to sign it off. None: they may not.',
    ),
  limits: z
    .strictObject({
      devicesPerRequest: count(1, 100_000).optional().describe('Most devices in one request.'),
      requestsPerHour: count(1, 10_000).optional().describe('Most requests of one person in an hour.'),
    })
    .default({})
    .describe('In place of the usual limits, for what this role allows. Of several roles the widest limit counts.'),
  administrator: z
    .boolean()
    .default(false)
    .describe(
      'Whether people of this role may pause, resume and stop any run, and free devices that an operation holds.',
    ),
});

/** Named sets of rights. */
export const rolesSchema = z
  .array(role)
  .default([])
  .describe('Named sets of rights. Rights of several roles add up; what no role grants is refused.');
