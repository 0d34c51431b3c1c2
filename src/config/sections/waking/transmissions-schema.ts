import { z } from 'zod';
import { operationNames } from '../../../operations/operation.ts';
import { count } from '../field-schemas.ts';

const retries = count(0, 5).describe(
  'Most times that a command is sent again to a PC that did not answer, or did not come on. Never after a wrong password.',
);
const retryDelayMinutes = count(0, 60).describe('Minutes before it is sent again.');
const pauseAfterDevices = count(1, 100_000)
  .exactOptional()
  .describe('Devices of a site after which there is a pause. None: there is no pause.');
const pauseSeconds = count(1, 3_600).describe('Seconds of that pause.');
const connections = count(1, 20_000)
  .exactOptional()
  .describe('Connections at a time to PCs of the site, instead of amt.connectionsPerSite.');
const offsetMinutes = count(0, 480).describe(
  'Minutes before a scheduled activity at which its PCs are to be on: a scheduled power-on begins earlier than it is due by this and by spreadMinutes.',
);
const subnetDevices = count(1, 100_000)
  .exactOptional()
  .describe('Most devices under way at a time in one subnet (see wake.subnets). None: no cap.');
const spreadMinutes = count(0, 480).describe(
  'Minutes over which the starts at a site are spread evenly, against a surge of power.',
);
const deadlineMinutes = count(1, 10_080)
  .exactOptional()
  .describe('Minutes after the start at which what is not done is reported as it stands. None: no deadline.');

const siteOverride = z.strictObject({
  retries: retries.exactOptional(),
  retryDelayMinutes: retryDelayMinutes.exactOptional(),
  pauseAfterDevices,
  pauseSeconds: pauseSeconds.exactOptional(),
  connections,
  offsetMinutes: offsetMinutes.exactOptional(),
  subnetDevices,
  spreadMinutes: spreadMinutes.exactOptional(),
  deadlineMinutes,
});
const { connections: _connections, offsetMinutes: _offset, ...perOperation } = siteOverride.shape;
const operationOverride = z.strictObject(perOperation);

/** How power-on commands go out, and other operations where they are named. */
export const transmissionsSchema = z
  .strictObject({
    retries: retries.default(3),
    retryDelayMinutes: retryDelayMinutes.default(2),
    pauseAfterDevices,
    pauseSeconds: pauseSeconds.default(10),
    offsetMinutes: offsetMinutes.default(10),
    subnetDevices,
    spreadMinutes: spreadMinutes.default(0),
    deadlineMinutes,
    sites: z
      .record(z.string().min(1).max(63), siteOverride)
      .default({})
      .describe('The same keys for one site, such as { lyon: { retries: 5, deadlineMinutes: 90 } }.'),
    operations: z
      .partialRecord(z.enum(operationNames), operationOverride)
      .default({})
      .describe(
        'The same keys for another operation than power-on, such as { power-off: { retries: 1 } }; what is not named there is off.',
      ),
  })
  .prefault({})
  .describe('How power-on commands go out to many PCs: tries, pauses, spreading, deadline.');
