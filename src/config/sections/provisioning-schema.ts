import { z } from 'zod';
import { listenPort, slug } from './field-schemas.ts';

/** How PCs come to be set up. */
export const provisioningSchema = z
  .strictObject({
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
  })
  .prefault({})
  .describe('How PCs are provisioned.');
