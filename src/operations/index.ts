import type { Operation, OperationName } from './operation.ts';
import { powerOff } from './power-off.ts';
import { powerOn } from './power-on.ts';
import { readStatus } from './read-status.ts';
import { reset } from './reset.ts';

/** Every operation by its name. */
export const operations: Readonly<Record<OperationName, Operation>> = {
  'power-on': powerOn,
  'power-off': powerOff,
  reset,
  'read-status': readStatus,
};
