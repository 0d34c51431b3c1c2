import type { OperationName } from '../operations/operation.ts';

/** How one operation is spoken of. */
export interface OperationWords {
  /** `power on`, after "Plan: " and "to ". */
  readonly verb: string;
  /** What a single PC is doing meanwhile: `waking`. */
  readonly doing: string;
  /** `Turning on`, before "100 PCs". */
  readonly progressive: string;
  /** What the PC is when it went well: `on`. */
  readonly done: string;
  /** What a PC did not do: `come on`. */
  readonly notDone: string;
}

/** The words of each operation. */
export const operationWords: Readonly<Record<OperationName, OperationWords>> = {
  'power-on': { verb: 'power on', doing: 'waking', progressive: 'Turning on', done: 'on', notDone: 'come on' },
  'power-off': {
    verb: 'hard power-off',
    doing: 'being turned off',
    progressive: 'Turning off',
    done: 'off',
    notDone: 'turn off',
  },
  reset: { verb: 'reset', doing: 'being reset', progressive: 'Resetting', done: 'reset', notDone: 'reset' },
  'read-status': { verb: 'status', doing: 'being asked', progressive: 'Asking', done: 'answered', notDone: 'answer' },
};
