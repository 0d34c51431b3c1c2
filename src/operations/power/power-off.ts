import type { PowerReading } from '../../ports/amt.ts';
import type { Operation } from '../operation.ts';
import { type Attempt, beginAttempt, endOf, lookUntil, rejectedEnd, send } from './attempt.ts';

/** CIM power state 8, off-soft: cuts the operating system off, as holding the power button does. */
const offSoft = 8;
/** CIM power state 12, off-soft graceful: the operating system is asked, by Intel's Local Manageability Service in it. */
const offSoftGraceful = 12;

const isOff = (reading: PowerReading) => [6, 8, 12, 13].includes(reading.state);

/**
 * Cuts the PC's power and looks until it is off. Safe to repeat: the state is read first. With the parameter `first: graceful` the
 * operating system is asked first, and cut off when it does not go.
 */
export const powerOff: Operation = {
  name: 'power-off',
  exclusive: true,
  async perform(task) {
    const attempt = await beginAttempt(task);
    if (isOffNow(attempt)) return endOf(attempt, 'ok', task.interrupted ? 'done' : 'already_so');
    if (task.parameters.first === 'graceful' && (await askOs(attempt)) === 'off') return endOf(attempt, 'ok', 'done');
    const sent = await send(attempt, offSoft, isOff);
    if (sent === 'rejected') return rejectedEnd(attempt);
    if (isOffNow(attempt)) return endOf(attempt, 'ok', 'done');
    if (await lookUntil(attempt, isOff, task.verifyMs)) return endOf(attempt, 'ok', 'done');
    // The answer was lost and the PC still is on: whoever is at it may have turned it on again since, so ask a person.
    return sent === 'answer_lost' ? endOf(attempt, 'unknown', 'answer_lost') : endOf(attempt, 'failed', 'stayed_on');
  },
};

/** Asks the operating system to shut down, and looks until the PC is off. Never cuts it off. Safe to repeat. */
export const shutDown: Operation = {
  name: 'shut-down',
  exclusive: true,
  async perform(task) {
    const attempt = await beginAttempt(task);
    if (isOffNow(attempt)) return endOf(attempt, 'ok', task.interrupted ? 'done' : 'already_so');
    const asked = await askOs(attempt);
    if (asked === 'off') return endOf(attempt, 'ok', 'done');
    if (asked === 'not_offered') return endOf(attempt, 'failed', 'graceful_not_offered');
    if (asked === 'rejected') return rejectedEnd(attempt);
    return asked === 'answer_lost'
      ? endOf(attempt, 'unknown', 'answer_lost')
      : endOf(attempt, 'failed', 'os_stayed_on');
  },
};

function isOffNow({ last }: Attempt): boolean {
  return last !== null && isOff(last);
}

/** The graceful way. `not_offered`: the firmware says beforehand that nobody in the operating system would hear it. */
async function askOs(attempt: Attempt): Promise<'off' | 'not_offered' | 'rejected' | 'answer_lost' | 'on'> {
  const offered = attempt.before?.requestable ?? [];
  if (offered.length > 0 && !offered.includes(offSoftGraceful)) {
    attempt.evidence.push('AMT does not offer a graceful shutdown now');
    return 'not_offered';
  }
  const sent = await send(attempt, offSoftGraceful, isOff);
  if (sent === 'rejected') return 'rejected';
  if (isOffNow(attempt) || (await lookUntil(attempt, isOff, attempt.task.verifyMs))) return 'off';
  return sent === 'answer_lost' ? 'answer_lost' : 'on';
}
