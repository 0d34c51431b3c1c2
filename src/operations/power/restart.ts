import type { PowerReading, PowerStateValue } from '../../ports/amt.ts';
import type { Operation, OperationName } from '../operation.ts';
import { beginAttempt, endOf, lookUntil, rejectedEnd, send } from './attempt.ts';

const isOn = (reading: PowerReading) => reading.state === 2;

/**
 * Restarts the PC once. The power state is on before and after, so a restart cannot be proved by it: the end says `accepted`. For
 * the same reason an interrupted or unanswered one is never sent again; it ends as unknown, with the state read once more.
 */
function restart(name: OperationName, state: PowerStateValue): Operation {
  return {
    name,
    exclusive: true,
    async perform(task) {
      const attempt = await beginAttempt(task);
      if (task.interrupted) return endOf(attempt, 'unknown', 'interrupted');
      if (attempt.before && !isOn(attempt.before)) return endOf(attempt, 'failed', 'not_on');
      // Never "accepted because it is so already": the state says nothing about a restart.
      const sent = await send(attempt, state, () => false);
      if (sent === 'rejected') return rejectedEnd(attempt);
      const isBack = await lookUntil(attempt, isOn, task.verifyMs);
      if (sent === 'answer_lost') return endOf(attempt, 'unknown', 'answer_lost');
      return isBack ? endOf(attempt, 'ok', 'accepted') : endOf(attempt, 'failed', 'stayed_dark');
    },
  };
}

/** CIM power state 10, master bus reset: as the reset button does. */
export const reset = restart('reset', 10);

/** CIM power state 5, power cycle: off and on again, which also resets devices that a reset leaves as they are. */
export const powerCycle = restart('power-cycle', 5);
