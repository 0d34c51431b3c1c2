import { z } from 'zod';
import { logLevels } from '../ports/logger.ts';
import { consoleSchema, slackSchema, teamsSchema } from './sections/chat-schemas.ts';
import { checklistSchema } from './sections/checklist/checklist-schema.ts';
import { crossChecks } from './sections/cross-checks.ts';
import { digestsSchema } from './sections/digests-schema.ts';
import { directorySchema } from './sections/directory-schema.ts';
import { discoverySchema } from './sections/discovery-schema.ts';
import { count, dnsServer, filePath, listenPort, placeWord, slug, timeZone } from './sections/field-schemas.ts';
import { networkSchema } from './sections/network-schema.ts';
import { pkiSchema } from './sections/pki-schema.ts';
import { operationsSchema } from './sections/policy/operations-schema.ts';
import { peopleSchema, rolesSchema } from './sections/policy/people-schemas.ts';
import { freezesSchema, holdsSchema, rulesSchema, windowsSchema } from './sections/policy/rules-schemas.ts';
import { profilesSchema } from './sections/profiles-schema.ts';
import { provisioningSchema } from './sections/provisioning-schema.ts';
import { keyRefSchema, secretRefSchema } from './sections/secret-ref.ts';
import { schedulesSchema } from './sections/waking/schedules-schema.ts';
import { transmissionsSchema } from './sections/waking/transmissions-schema.ts';
import { wakeSchema } from './sections/waking/wake-schema.ts';
import { wavesSchema } from './sections/waking/waves-schema.ts';

const serviceSchema = z
  .strictObject({
    name: slug.default('oob').describe('Name of this service in messages and logs.'),
    dataDirectory: filePath
      .default('.oob')
      .describe('Directory of the private PostgreSQL. Not used when DATABASE_URL is set.'),
    secretKey: keyRefSchema
      .default({ env: 'OOB_SECRET_KEY' })
      .describe('The key that opens the encrypted store of secrets and the passwords of single devices.'),
    logLevel: z.enum(logLevels).default('info').describe('Log lines below this level are not written.'),
    timezone: timeZone.default('UTC').describe('Time zone of times in messages where the platform knows none.'),
    listen: z
      .strictObject({
        host: z
          .union([z.ipv4(), z.ipv6()])
          .default('127.0.0.1')
          .meta({ allowed: 'an IP address of this machine, or 0.0.0.0 for all' })
          .describe('Address to listen on. Put a TLS proxy before it; in a container use 0.0.0.0.'),
        port: listenPort.default(3000).describe('TCP port.'),
      })
      .prefault({})
      .describe('The HTTP server for Slack (mode http), Teams, /healthz and /readyz.'),
    publicUrl: z
      .url({ protocol: /^https$/ })
      .optional()
      .meta({ allowed: 'an https address such as https://oob.example.com' })
      .describe('Address under which Slack and Teams reach that server; only used to show it.'),
  })
  .prefault({})
  .describe('The service itself.');

const credentialSchema = z.strictObject({
  user: z
    .string()
    // AMT digest user names: 16 characters, none of , : " & < > (Intel AMT Implementation and Reference Guide, AddUserAclEntryEx).
    .regex(/^[!#-%'-+\--9;=?-~]{1,16}$/)
    .default('admin')
    .meta({ allowed: 'up to 16 visible ASCII characters, none of , : " & < >' })
    .describe('Digest user name.'),
  password: secretRefSchema.describe('Its password.'),
});

const amtSchema = z
  .strictObject({
    certificateAuthorityFile: filePath
      .optional()
      .describe('PEM file with the CA certificates that issue the certificates of the devices (tls: ca).'),
    credentials: z
      .record(
        z
          .string()
          // No colon: `device:` names the administrators that single devices were given.
          .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
          .meta({ allowed: 'lower-case letters, digits, -, _ and dots' }),
        credentialSchema,
      )
      .default({})
      .describe('AMT users by a name of your choice; the inventory names one per device (empty there: default).'),
    connections: count(1, 20_000)
      .default(1_000)
      .describe('Connections to devices being worked on, in all. While one boots its place is lent to another.'),
    connectionsPerSite: count(1, 20_000).default(500).describe('Connections to devices being worked on, per site.'),
    passwordDays: count(1, 3_650)
      .default(28)
      .describe('Days after which a password of AMT users is due to be changed. Digests say so.'),
    verifySeconds: count(1, 3_600)
      .default(90)
      .describe('Seconds a device has to show the wanted power state after it accepted the command.'),
    requestSeconds: count(1, 600).default(20).describe('Seconds that one request to a device may take.'),
    wakeSeconds: count(0, 600)
      .default(20)
      .describe('Seconds that are waited for a sleeping management engine to wake and answer.'),
    dnsServers: z
      .array(dnsServer)
      .max(4)
      .default([])
      .describe('DNS servers that `why` asks for the names of devices; empty: those of this machine.'),
  })
  .prefault({})
  .describe('How Intel AMT devices are reached.');

/**
 * The whole configuration. Every key has a description and, unless it must be given, a default; units are in the names;
 * unknown keys are refused. The example file and the answers to mistakes are made from this.
 */
export const configSchema = z
  .strictObject({
    service: serviceSchema,
    console: consoleSchema,
    slack: slackSchema.optional(),
    teams: teamsSchema.optional(),
    amt: amtSchema,
    people: peopleSchema,
    roles: rolesSchema,
    operations: operationsSchema,
    rules: rulesSchema,
    windows: windowsSchema,
    freezes: freezesSchema,
    holds: holdsSchema,
    waves: wavesSchema,
    transmissions: transmissionsSchema,
    wake: wakeSchema,
    profiles: profilesSchema,
    directory: directorySchema,
    provisioning: provisioningSchema,
    network: networkSchema,
    pki: pkiSchema,
    discovery: discoverySchema,
    schedules: schedulesSchema,
    digests: digestsSchema,
    checklist: checklistSchema,
    approvals: z
      .strictObject({
        expireMinutes: count(1, 10_080).default(30).describe('Minutes after which a request that waits is dropped.'),
        confirmMinutes: count(1, 10_080)
          .default(10)
          .describe('Minutes after which a request that waits for its requester to confirm it is dropped.'),
        remindMinutes: count(0, 10_080)
          .default(5)
          .describe('Minutes before the end at which those who may still approve are reminded. 0: never.'),
        escalateMinutes: count(1, 10_080)
          .default(15)
          .describe('Minutes after which a request that nobody has decided on is shown in escalateTo as well.'),
        escalateTo: placeWord
          .optional()
          .describe('Channel in which requests that nobody decides on are shown as well. Without it: nowhere.'),
        reasonFrom: z
          .enum(['act', 'confirm', 'peer', 'two-peers', 'never'])
          .default('two-peers')
          .describe('Step of the ladder from which on a request needs a --reason.'),
      })
      .prefault({})
      .describe('Requests that wait for somebody.'),
    limits: z
      .strictObject({
        devicesPerRequest: count(1, 100_000).default(2_000).describe('Most devices that one request may be about.'),
        requestsPerHour: count(1, 10_000).default(60).describe('Most requests of one person in an hour.'),
        breakGlassPerHour: count(0, 100)
          .default(3)
          .describe('Most times that one person may break glass in an hour. 0: nobody may.'),
      })
      .prefault({})
      .describe('Bounds on what one person can set off.'),
  })
  .superRefine(crossChecks);

/** A checked configuration, defaults filled in. */
export type Config = z.output<typeof configSchema>;

/** A configuration as it is written, defaults left out. */
export type ConfigInput = z.input<typeof configSchema>;
