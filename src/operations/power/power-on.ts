import { AmtError, type PowerReading } from '../../ports/amt.ts';
import type { Operation } from '../operation.ts';
import { type Attempt, beginAttempt, endOf, look, lookUntil, rejectedEnd, send } from './attempt.ts';

/** CIM power state 2: on. */
const on = 2;
/** A PC in Modern Standby shows within this time that the command alone did not wake it. */
const standbyCheckMs = 6_000;

/** CIM power states of sleep. */
const sleeping = new Set([3, 4]);

const isOn = (reading: PowerReading) => reading.state === on;

/**
 * Turns the PC on and looks until it is on. Safe to repeat after an interruption, for the state is read first and a PC that
 * is on is left alone. A PC in Modern Standby reports on but sleeps; the OS power saving state tells
 * (IPS_PowerManagementService, AMT 10 and later).
 */
export const powerOn: Operation = {
  name: 'power-on',
  exclusive: true,
  async perform(task) {
    const attempt = await beginAttempt(task);
    if (attempt.before && isOn(attempt.before)) {
      return (await wakeFromStandby(attempt)) ?? endOf(attempt, 'ok', task.interrupted ? 'done' : 'already_so');
    }
    let sent = await send(attempt, on, isOn);
    if (sent === 'answer_lost' && !(await lookUntil(attempt, isOn, Math.min(10_000, task.verifyMs)))) {
      // Read again and still off: asking once more can't do harm, for a PC that is on meanwhile ignores it.
      sent = await send(attempt, on, isOn);
    }
    if (sent === 'rejected') return rejectedEnd(attempt);
    const cameOn =
      isOn(attempt.last ?? { state: 0, requestable: [] }) ||
      (await lookUntil(attempt, isOn, Math.min(standbyCheckMs, task.verifyMs)));
    // A PC that was off boots; one that slept may report on and go on sleeping.
    const slept = attempt.before !== null && sleeping.has(attempt.before.state);
    if (cameOn) return (slept ? await wakeFromStandby(attempt) : null) ?? endOf(attempt, 'ok', 'done');
    const woken = await wakeFromStandby(attempt);
    if (woken) return woken;
    const isOnNow = await lookUntil(attempt, isOn, task.verifyMs - standbyCheckMs);
    return isOnNow ? endOf(attempt, 'ok', 'done') : endOf(attempt, 'failed', 'stayed_dark');
  },
};

/** Null when the PC is not in Modern Standby (or can't say); else the end after asking the OS to full power. */
async function wakeFromStandby(attempt: Attempt) {
  const { session, clock, signal, verifyMs } = attempt.task;
  if ((await standbyState(attempt)) !== 'saving') return null;
  attempt.evidence.push('OS power saving state: saving (Modern Standby)');
  const answer = await session.requestOsFullPower();
  if (!answer.accepted) {
    attempt.evidence.push(`AMT answered ${answer.returnValue} (${answer.meaning}) to the request for full power`);
    return endOf(attempt, 'failed', 'stayed_dark');
  }
  const until = clock.now().getTime() + verifyMs;
  while (clock.now().getTime() < until) {
    await clock.sleep(1_000, signal);
    const reading = await look(attempt);
    if (isOn(reading) && (await standbyState(attempt)) !== 'saving') return endOf(attempt, 'ok', 'done');
  }
  return endOf(attempt, 'failed', 'stayed_dark');
}

async function standbyState(attempt: Attempt) {
  try {
    return await attempt.task.session.readOsPowerSaving();
  } catch (error) {
    if (error instanceof AmtError && ['class_missing', 'firmware_fault', 'not_permitted'].includes(error.code))
      return 'unsupported';
    throw error;
  }
}
