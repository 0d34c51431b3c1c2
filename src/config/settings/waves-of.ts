import type { OperationName } from '../../operations/operation.ts';
import type { WaveSettings } from '../../runs/waves.ts';
import type { Config } from '../schema.ts';

/** What harms nobody is not held back, unless the configuration says so for the operation. */
const atOnce = { canaryDevices: 0, leastWaves: 1, waveDevices: 100_000, failurePercent: 100 } as const;

/** How runs of an operation are spread out. */
export function wavesOf(
  { waves, operations }: Pick<Config, 'waves' | 'operations'>,
  operation: OperationName,
): WaveSettings {
  const isGentle = operation === 'power-on' || operations[operation].risk === 'read';
  const own = waves.operations[operation] ?? {};
  const { leastWaves, failurePercent, failureWindowDevices, ...rest } = {
    ...waves,
    ...(isGentle ? atOnce : {}),
    ...own,
  };
  return {
    smallRunDevices: rest.smallRunDevices,
    canaryDevices: rest.canaryDevices,
    waves: leastWaves,
    waveDevices: rest.waveDevices,
    perMinute: rest.perMinute ?? null,
    failureLimit: failurePercent === 100 ? null : { percent: failurePercent, ofLast: failureWindowDevices },
  };
}
