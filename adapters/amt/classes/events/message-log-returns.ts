import type { ReturnMeanings } from '../../model/return-values.ts';

/** ReturnValues of AMT_MessageLog (DMTF CIM_MessageLog). */
export const messageLogReturns: ReturnMeanings = {
  1: ['NOT_SUPPORTED', 'the firmware does not support this'],
  2: ['INVALID_RECORD', 'the iteration points at no valid record'],
  3: ['NO_RECORD', 'there is no record in the log'],
};
