import type { AmtDeviceClock } from '../../../../src/ports/amt/alarms.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device } from '../device.ts';
import { timeServiceClass } from './definitions.ts';

const seconds = (date: Date): number => Math.round(date.getTime() / 1_000);

/** The device's clock (AMT_TimeSynchronizationService), which counts seconds of UTC since 1970. */
export function createDeviceClock(device: Device): AmtDeviceClock {
  /** The device's time, and ours when it was asked and when the answer was here. */
  async function compare(): Promise<{ readonly theirs: number; readonly asked: Date; readonly answered: Date }> {
    const asked = device.clock.now();
    const { Ta0 } = await device.call(timeServiceClass, 'GetLowAccuracyTimeSynch', {});
    if (Ta0 === undefined) throw new AmtError('protocol_error', ['the device does not tell its time']);
    return { theirs: Ta0, asked, answered: device.clock.now() };
  }

  return {
    readDriftSeconds: () =>
      device.task(async () => {
        const { theirs, asked, answered } = await compare();
        const oursMs = (asked.getTime() + answered.getTime()) / 2;
        return Math.round(theirs - oursMs / 1_000);
      }),
    synchronise: () =>
      device.task(async () => {
        const { theirs, answered } = await compare();
        // Tm1: our time when theirs arrived. Tm2: our time when ours leaves (Intel AMT guide, "Set High Accuracy Time Synch").
        const times = { Ta0: theirs, Tm1: seconds(answered), Tm2: seconds(device.clock.now()) };
        await device.call(timeServiceClass, 'SetHighAccuracyTimeSynch', times);
      }),
  };
}
