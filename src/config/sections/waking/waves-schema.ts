import { z } from 'zod';
import { operationNames } from '../../../operations/operation.ts';
import { count } from '../field-schemas.ts';

const smallRunDevices = count(0, 100_000).describe('Runs of up to this many devices go at once, without any of this.');
const canaryDevices = count(0, 1_000).describe(
  'Devices of the first wave, spread over the sites; it has to end well before anything else begins. 0: none.',
);
const leastWaves = count(1, 1_000).describe('Least number of waves after the canary.');
const waveDevices = count(1, 100_000).describe('Most devices in one wave.');
const failurePercent = count(0, 100).describe(
  'A run pauses by itself when more of the canary, or of the devices that ended last, go wrong. 100: never.',
);
const failureWindowDevices = count(5, 1_000).describe(
  'How many of the devices that ended last are looked at for that.',
);
const perMinute = count(1, 60_000)
  .exactOptional()
  .describe('Most devices that are begun per minute at one site, by all runs of an operation together. None: no rate.');

const override = z.strictObject({
  smallRunDevices: smallRunDevices.exactOptional(),
  canaryDevices: canaryDevices.exactOptional(),
  leastWaves: leastWaves.exactOptional(),
  waveDevices: waveDevices.exactOptional(),
  failurePercent: failurePercent.exactOptional(),
  failureWindowDevices: failureWindowDevices.exactOptional(),
  perMinute,
});

/** How runs are spread out. */
export const wavesSchema = z
  .strictObject({
    smallRunDevices: smallRunDevices.default(20),
    canaryDevices: canaryDevices.default(5),
    leastWaves: leastWaves.default(4),
    waveDevices: waveDevices.default(1_000),
    failurePercent: failurePercent.default(20),
    failureWindowDevices: failureWindowDevices.default(20),
    perMinute,
    operations: z
      .partialRecord(z.enum(operationNames), override)
      .default({})
      .describe(
        'The same keys for one operation, such as { power-on: { perMinute: 60 } }. Unless they say otherwise here, power-on and what only looks go at once: one wave, no canary, no limit.',
      ),
  })
  .prefault({})
  .describe('How a run over many devices is spread out, so that a mistake shows at a few of them.');
