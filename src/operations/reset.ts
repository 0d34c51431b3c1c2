import type { PowerReading } from '../ports/amt.ts';
import type { Operation } from './operation.ts';
import { beginAttempt, endOf, lookUntil, send } from './power.ts';

/** CIM power state 10: master bus reset. */
const masterBusReset = 10;

const isOn = (reading: PowerReading) => reading.state === 2;

/**
 * Resets the PC once. The power state is on before and after, so a reset cannot be proved by it: the end says `accepted`. For the
 * same reason an interrupted or unanswered reset is never sent again; it ends as unknown, with the state read once more.
 */
export const reset: Operation = {
  name: 'reset',
  exclusive: true,
  async perform(task) {
    const attempt = await beginAttempt(task);
    if (task.interrupted) return endOf(attempt, 'unknown', 'interrupted');
    if (attempt.before && !isOn(attempt.before)) return endOf(attempt, 'failed', 'not_on');
    // Never "accepted because it is so already": the state says nothing about a reset.
    const sent = await send(attempt, masterBusReset, () => false);
    if (sent === 'rejected') return endOf(attempt, 'failed', 'rejected_by_firmware');
    const isBack = await lookUntil(attempt, isOn, task.verifyMs);
    if (sent === 'answer_lost') return endOf(attempt, 'unknown', 'answer_lost');
    return isBack ? endOf(attempt, 'ok', 'accepted') : endOf(attempt, 'failed', 'stayed_dark');
  },
};
