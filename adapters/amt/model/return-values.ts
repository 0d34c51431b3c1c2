import type { AmtErrorCode } from '../../../src/ports/amt.ts';
import { AmtRefusal } from '../errors.ts';
import { codeOfPtStatus, ptStatusMeaning, ptStatusText } from '../wsman/pt-status.ts';

/** What one ReturnValue says: its name, a plain sentence, and the code it is reported with (default `firmware_fault`). */
export type ReturnMeaning = readonly [name: string, sentence: string, code?: AmtErrorCode];

/** ReturnValues of a family of methods. What is not listed is read as a PT_STATUS. */
export interface ReturnMeanings {
  readonly [value: number]: ReturnMeaning;
}

/** Methods that answer with the firmware's own status and nothing else. */
export const ptStatusReturns: ReturnMeanings = {};

/** RequestStateChange and its relatives in CIM (DMTF CIM_EnabledLogicalElement). */
export const stateChangeReturns: ReturnMeanings = {
  1: ['NOT_SUPPORTED', 'the firmware does not support this'],
  2: ['UNKNOWN_ERROR', 'the firmware failed without saying why'],
  3: ['TIMEOUT', 'the change can not be completed in time'],
  4: ['FAILED', 'the change failed'],
  5: ['INVALID_PARAMETER', 'a value is not one that the firmware takes'],
  6: ['IN_USE', 'it is in use'],
  4097: ['INVALID_STATE_TRANSITION', 'the change is not possible from the present state'],
  4098: ['TIMEOUT_NOT_SUPPORTED', 'the firmware takes no time limit here'],
  4099: ['BUSY', 'the firmware is busy', 'device_overloaded'],
};

/** Values above this are the firmware's own status plus this offset. */
const vendorOffset = 32_768;
/** CIM: the parameters were checked and a job does the rest. */
const jobStarted = 4_096;

/** True when the firmware did it, or has started to. */
export const isDone = (returnValue: number): boolean => returnValue === 0 || returnValue === jobStarted;

/** The error for a method that the firmware refused with this ReturnValue. `label`: the method and its class. */
export function refusalOf(returnValue: number, meanings: ReturnMeanings, label: string): AmtRefusal {
  const own = meanings[returnValue];
  if (own !== undefined) {
    const [name, sentence, code = 'firmware_fault'] = own;
    return new AmtRefusal(
      code,
      [`${label} was refused: ${returnValue} ${name}`, `That means: ${sentence}`],
      returnValue,
    );
  }
  const status = returnValue > vendorOffset ? returnValue - vendorOffset : returnValue;
  const meaning = ptStatusMeaning(status);
  const evidence = [`${label} was refused: ${ptStatusText(status)}`];
  if (meaning !== null) evidence.push(`That means: ${meaning}`);
  return new AmtRefusal(codeOfPtStatus[status] ?? 'firmware_fault', evidence, status);
}
