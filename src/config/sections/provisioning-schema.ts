import { z } from 'zod';
import { renewalDays } from '../../ports/pki/renewal.ts';
import { provisioningMethods } from '../../provisioning/method-of.ts';
import { count, listenPort, placeWord, slug, targetWord, timeZone } from './field-schemas.ts';
import { secretRefSchema } from './secret-ref.ts';
import { cron } from './waking/schedules-schema.ts';

/** How PCs come to be set up. */
export const provisioningSchema = z
  .strictObject({
    methods: z
      .array(
        z.strictObject({
          appliesTo: z
            .array(targetWord)
            .min(1)
            .describe('PCs that it is for. Of several that cover a PC the last counts.'),
          method: z
            .enum(provisioningMethods)
            .describe(
              'How they are provisioned. in-band: by an agent in their operating system. out-of-band: over the network from their factory state, which needs hello.enabled and somebody who answers for its risk.',
            ),
        }),
      )
      .default([])
      .describe('Which PCs are provisioned how; in-band where nothing is said. A PC is provisioned in one way.'),
    inBand: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe(
            'Whether agents (rpc-go) on PCs are received, on the HTTP server of service.listen. Only PCs that somebody has asked for in chat are set up.',
          ),
        key: secretRefSchema
          .optional()
          .describe(
            'What agents have to be started with behind --profile, 16 to 128 letters, digits, -, _ and dots. Needed when agents are received: without it anybody who knows the UUID of a PC could play that PC, and be given its certificate.',
          ),
        path: z
          .string()
          .regex(/^\/[A-Za-z0-9._~-]{1,60}(?:\/[A-Za-z0-9._~-]{1,60}){0,5}$/)
          .default('/agent')
          .meta({ allowed: 'a path such as /agent' })
          .describe('Path of the websocket that agents connect to.'),
        controlMode: z
          .enum(['admin', 'client'])
          .default('admin')
          .describe(
            'What PCs are set up in. admin needs a provisioning certificate in pki.provisioning; in client control mode somebody at the PC has to consent to remote control.',
          ),
        waitMinutes: count(1, 10_080)
          .default(60)
          .describe('Minutes for which the agent of a PC is waited for once its provisioning was approved.'),
      })
      .prefault({})
      .describe('Provisioning through an agent in the operating system of a PC.'),
    hello: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe(
            'Whether hellos of PCs that wait to be set up are taken. Anybody on the network can send one with any UUID: where PCs have an operating system, provisioning them from there is safer.',
          ),
        acknowledgedBy: slug
          .optional()
          .describe('Id of the person who answers for that risk. Needed when hellos are taken.'),
        accounts: z
          .array(z.string().meta({ allowed: 'a name of amt.credentials' }))
          .max(5)
          .default([])
          .describe(
            'Names under amt.credentials that are tried, in this order, at PCs whose password is no longer that of the factory, such as one that was typed into MEBx. At most 12 log-ins an hour go to one PC.',
          ),
        keys: z
          .array(
            z.strictObject({
              pid: z
                .string()
                .regex(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/)
                .overwrite((pid) => pid.replace('-', ''))
                .meta({ allowed: 'eight capital letters and digits such as 4444-4445' })
                .describe('Names the key, as it stands in MEBx (PID).'),
              pps: secretRefSchema.describe(
                'The key itself (PPS): 32 capital letters and digits, with or without dashes.',
              ),
            }),
          )
          .max(1_000)
          .default([])
          .describe(
            'Pre-shared keys (TLS-PSK) of PCs whose hello is of version 2: firmware up to AMT 10 that was given one in MEBx. Whoever is let in as its administrator there, by MEBx password, stands in accounts.',
          ),
        // A PC says hello for a day, in the end once an hour; the sources name no age after which one does not count.
        freshHours: count(1, 168)
          .default(24)
          .describe('Hours after which the last hello of a PC says nothing any more about where it is.'),
        listen: z
          .strictObject({
            host: z
              .union([z.ipv4(), z.ipv6()])
              .default('127.0.0.1')
              .meta({ allowed: 'an IP address of this machine, or 0.0.0.0 for all' })
              .describe('Address to listen on: one that the PCs reach by the name ProvisionServer.'),
            port: listenPort
              .default(9971)
              .describe('TCP port; the firmware of PCs has 9971 unless it was changed in MEBx.'),
          })
          .prefault({})
          .describe('Where hellos come in.'),
      })
      .prefault({})
      .describe('Hello messages of bare-metal PCs.'),
    upkeep: z
      .strictObject({
        owner: slug
          .optional()
          .describe(
            'Id of the person in whose name certificates are renewed and passwords changed by schedule. Without it neither is; needs a channel. What would be asked once more (risk confirm) is confirmed by that; approvals count as ever.',
          ),
        channel: placeWord.optional().describe('Where the schedules ask, and where results and notices go.'),
        timezone: timeZone.default('UTC').describe('Time zone of the times.'),
        renewDays: count(1, 365)
          .default(renewalDays)
          .describe('Days before its end from which on a certificate of a PC is due (target due:certificates).'),
        renewCron: cron.default('0 0 * * 6').describe('When certificates that are due are renewed.'),
        renewHours: count(1, 24)
          .default(5)
          .describe('Hours after that time until which it is still begun, where the service was not there.'),
        rotateDays: count(1, 365)
          .default(28)
          .describe('Days after which the passwords and keys of a PC are due (target due:passwords).'),
        // A day is no time for it; at night fewer people miss a PC whose management engine is busy.
        rotateCron: cron.default('0 1 * * *').describe('When passwords that are due are changed.'),
      })
      .prefault({})
      .describe('Upkeep of provisioned PCs by schedule, as Configuration Manager has it.'),
  })
  .prefault({})
  .describe('How PCs are provisioned.');
