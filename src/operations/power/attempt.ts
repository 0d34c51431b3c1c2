import { powerWord } from '../../messages/format.ts';
import type { OutcomeCode } from '../../messages/reasons/reasons.ts';
import { AmtError, type PowerAnswer, type PowerReading, type PowerStateValue } from '../../ports/amt.ts';
import { connectionFacts } from '../finding.ts';
import type { OperationEnd, OperationTask } from '../operation.ts';

/** Pause before the first look at the result, and the longest pause between looks. */
const firstLookMs = 500;
const longestLookMs = 5_000;
/** ReturnValues that mean "not now": 2 unknown (also while a change is in progress), 6 in use, 4099 busy. */
const busyAnswers = new Set([2, 6, 4099]);
const busyTries = 4;
/** PT_STATUS AUDIT_FAIL, plain or with the offset of vendors' values (intel/lms): not done, for it could not be logged. */
const unloggedAnswers = new Set([2_075, 32_768 + 2_075]);

/** What was seen and said while working on one device; ends as evidence. */
export interface Attempt {
  readonly task: OperationTask;
  readonly evidence: string[];
  before: PowerReading | null;
  last: PowerReading | null;
  /** ReturnValue of the last refusal. */
  refusal: number | null;
}

/** Starts an attempt by reading the power state: nothing is done to a device that was not looked at first. */
export async function beginAttempt(task: OperationTask): Promise<Attempt> {
  const attempt: Attempt = { task, evidence: [], before: null, last: null, refusal: null };
  attempt.before = await look(attempt);
  return attempt;
}

/** Reads the power state and remembers it. */
export async function look(attempt: Attempt): Promise<PowerReading> {
  const reading = await attempt.task.session.readPower();
  attempt.last = reading;
  return reading;
}

/** How a command went: taken, refused, or sent without an answer. */
export type Sent = 'accepted' | 'rejected' | 'answer_lost';

/**
 * Sends the power command. Busy answers are tried again after looking whether the state is `wanted` already; a lost answer is
 * never repeated here, for the command may have arrived.
 */
export async function send(
  attempt: Attempt,
  state: PowerStateValue,
  wanted: (reading: PowerReading) => boolean,
): Promise<Sent> {
  const { clock, signal, session } = attempt.task;
  for (let turn = 1; ; turn += 1) {
    let answer: PowerAnswer;
    try {
      answer = await session.requestPower(state);
    } catch (error) {
      if (error instanceof AmtError && error.mayHaveActed && error.code !== 'cancelled') {
        attempt.evidence.push(`command ${state} sent, answer lost (${error.code})`);
        return 'answer_lost';
      }
      throw error;
    }
    if (answer.accepted) return 'accepted';
    attempt.refusal = answer.returnValue;
    attempt.evidence.push(`AMT answered ${answer.returnValue} (${answer.meaning}) to command ${state}`);
    if (!busyAnswers.has(answer.returnValue) || turn === busyTries) return 'rejected';
    await clock.sleep(firstLookMs * 2 ** turn, signal);
    if (wanted(await look(attempt))) return 'accepted';
  }
}

/** Looks again and again, ever more slowly, until the state is as wanted or the time is up. True when it is so. */
export async function lookUntil(
  attempt: Attempt,
  wanted: (reading: PowerReading) => boolean,
  withinMs: number,
): Promise<boolean> {
  const { clock, signal } = attempt.task;
  const until = clock.now().getTime() + withinMs;
  let pauseMs = firstLookMs;
  let looks = 0;
  for (;;) {
    const leftMs = until - clock.now().getTime();
    if (leftMs <= 0) break;
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
    looks += 1;
    try {
      if (wanted(await look(attempt))) return true;
    } catch (error) {
      // A PC that changes its power state may drop off the network for a moment; credentials and certificates do not.
      if (!(error instanceof AmtError) || !transientCodes.has(error.code)) throw error;
      attempt.evidence.push(`no reading at look ${looks} (${error.code})`);
    }
    pauseMs = Math.min(longestLookMs, pauseMs * 1.5);
  }
  attempt.evidence.push(
    `power state ${attempt.last?.state ?? '?'} (${powerWord(attempt.last?.state ?? null)}) at each of ${looks} looks`,
  );
  return false;
}

const transientCodes = new Set([
  'unreachable',
  'connection_refused',
  'no_answer',
  'connection_dropped',
  'device_overloaded',
]);

/** The end of an attempt, with what was seen. */
export function endOf(attempt: Attempt, status: OperationEnd['status'], code: OutcomeCode): OperationEnd {
  const { session } = attempt.task;
  return {
    status,
    code,
    evidence: attempt.evidence.slice(-6),
    facts: {
      before: powerWord(attempt.before?.state ?? null),
      power: powerWord(attempt.last?.state ?? null),
      ...connectionFacts(session),
    },
    report: null,
    powerState: attempt.last?.state ?? null,
    amtVersion: session.amtVersion,
  };
}

/** The end of an attempt whose command the firmware did not take. */
export function rejectedEnd(attempt: Attempt): OperationEnd {
  const isUnlogged = attempt.refusal !== null && unloggedAnswers.has(attempt.refusal);
  return endOf(attempt, 'failed', isUnlogged ? 'audit_log_blocks' : 'rejected_by_firmware');
}
