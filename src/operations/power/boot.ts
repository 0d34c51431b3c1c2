import { bootWord } from '../../messages/parameter-words.ts';
import { type BootTarget, bootTargets } from '../../ports/amt/boot.ts';
import { AmtError, type PowerReading } from '../../ports/amt.ts';
import type { Operation, OperationEnd, OperationTask } from '../operation.ts';
import { type Attempt, beginAttempt, endOf, lookUntil, rejectedEnd, send } from './attempt.ts';

const on = 2;
const masterBusReset = 10;
/** CIM power states of sleep: waking from them is no boot, so an override would wait for some later one. */
const sleeping = new Set([3, 4]);

const isOn = (reading: PowerReading) => reading.state === on;

/**
 * Boots the PC once from the network, its disk, a CD, or into the BIOS set-up: the override is set, then the PC is reset, or turned
 * on when it is off. What it booted from cannot be seen from outside, so the end says `accepted`. Never repeated after an
 * interruption; an override that no boot will use is taken back.
 */
export const boot: Operation = {
  name: 'boot',
  exclusive: true,
  async perform(task) {
    const target = bootTargetOf(task.parameters.from);
    const attempt = await beginAttempt(task);
    if (task.interrupted) {
      await takeBack(attempt);
      return endOf(attempt, 'unknown', 'interrupted');
    }
    if (sleeping.has(attempt.before?.state ?? 0)) return endOf(attempt, 'failed', 'asleep');
    const wasOn = attempt.before !== null && isOn(attempt.before);
    const sent = await orTakeBack(attempt, async () => {
      await task.session.boot.setNext(target);
      return send(attempt, wasOn ? masterBusReset : on, (seen) => !wasOn && isOn(seen));
    });
    if (sent === 'rejected') {
      await takeBack(attempt);
      return rejectedEnd(attempt);
    }
    return verified(attempt, sent === 'answer_lost', wasOn, task);
  },
};

/** The parameter as the command checked it. */
function bootTargetOf(word: string | undefined): BootTarget {
  const target = bootTargets.find((each) => each === word);
  if (!target) throw new Error(`no boot target ${word}`);
  return target;
}

async function verified(
  attempt: Attempt,
  answerLost: boolean,
  wasOn: boolean,
  task: OperationTask,
): Promise<OperationEnd> {
  const isBack = await lookUntil(attempt, isOn, task.verifyMs);
  if (answerLost && (wasOn || !isBack)) {
    // Taken back now it might be missed by a boot that has just begun.
    attempt.evidence.push('the boot override may still be set');
    return endOf(attempt, 'unknown', 'answer_lost');
  }
  if (isBack) {
    const end = endOf(attempt, 'ok', 'accepted');
    return { ...end, facts: { ...end.facts, boot: bootWord(task.parameters.from ?? '') } };
  }
  await takeBack(attempt);
  return endOf(attempt, 'failed', 'stayed_dark');
}

/** Whatever keeps the power command from being taken must not leave an override for a boot that somebody else makes. */
async function orTakeBack<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Without the classes nothing was set.
    if (!(error instanceof AmtError && error.code === 'class_missing')) await takeBack(attempt);
    throw error;
  }
}

async function takeBack(attempt: Attempt): Promise<void> {
  try {
    await attempt.task.session.boot.clear();
    attempt.evidence.push('the boot override was taken back');
  } catch (error) {
    if (!(error instanceof AmtError)) throw error;
    attempt.evidence.push(`the boot override could not be taken back (${error.code})`);
  }
}
