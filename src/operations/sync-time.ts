import { clockReport } from '../messages/reports/clock.ts';
import { endOf } from './finding.ts';
import type { Operation } from './operation.ts';

/** A clock that is off by no more is left alone: reading it takes part of that. */
const rightWithinSeconds = 1;
/** And after it was set, this much may be left. */
const setWithinSeconds = 2;

/** Sets the device's clock to ours and reads it back. Safe to repeat. */
export const syncTime: Operation = {
  name: 'sync-time',
  exclusive: true,
  async perform({ session, interrupted }) {
    const before = await session.deviceClock.readDriftSeconds();
    if (Math.abs(before) <= rightWithinSeconds)
      return endOf(session, 'ok', interrupted ? 'done' : 'already_so', clockReport(before, null));
    await session.deviceClock.synchronise();
    const after = await session.deviceClock.readDriftSeconds();
    const isSet = Math.abs(after) <= setWithinSeconds;
    return endOf(session, isSet ? 'ok' : 'failed', isSet ? 'done' : 'clock_still_off', clockReport(before, after));
  },
};
