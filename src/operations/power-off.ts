import type { PowerReading } from '../ports/amt.ts';
import type { Operation } from './operation.ts';
import { beginAttempt, endOf, lookUntil, send } from './power.ts';

/** CIM power state 8, off-soft: cuts the operating system off, as holding the power button does. */
const offSoft = 8;

const isOff = (reading: PowerReading) => [6, 8, 12, 13].includes(reading.state);

/** Cuts the PC's power and looks until it is off. Safe to repeat: the state is read first. */
export const powerOff: Operation = {
  name: 'power-off',
  exclusive: true,
  async perform(task) {
    const attempt = await beginAttempt(task);
    if (attempt.before && isOff(attempt.before)) return endOf(attempt, 'ok', task.interrupted ? 'done' : 'already_so');
    const sent = await send(attempt, offSoft, isOff);
    if (sent === 'rejected') return endOf(attempt, 'failed', 'rejected_by_firmware');
    if (attempt.last && isOff(attempt.last)) return endOf(attempt, 'ok', 'done');
    if (await lookUntil(attempt, isOff, task.verifyMs)) return endOf(attempt, 'ok', 'done');
    // The answer was lost and the PC still is on: whoever is at it may have turned it on again since, so ask a person.
    return sent === 'answer_lost' ? endOf(attempt, 'unknown', 'answer_lost') : endOf(attempt, 'failed', 'stayed_on');
  },
};
