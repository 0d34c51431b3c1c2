import { checklistReasons } from '../checklist/checklist-reasons.ts';
import { glassReasons } from '../glass/glass-reasons.ts';
import { helloReasons } from '../provisioning/hello-reasons.ts';
import { provisionReasons } from '../provisioning/provision-reasons.ts';
import { scheduleReasons, tickReasons } from '../schedules/schedule-reasons.ts';
import { deviceReasons } from './device-reasons.ts';
import { outcomeReasons } from './outcome-reasons.ts';
import type { Reason } from './reason.ts';
import { refusalReasons } from './refusal-reasons.ts';
import { wakeReasons } from './wake-reasons.ts';

/** Every reason code there is, with its sentence and its mend. The README's table is made from this. */
export const reasons = {
  ...deviceReasons,
  ...outcomeReasons,
  ...(wakeReasons satisfies Record<string, Reason>),
  ...refusalReasons,
  ...(helloReasons satisfies Record<string, Reason>),
  ...(provisionReasons satisfies Record<string, Reason>),
  ...(checklistReasons satisfies Record<string, Reason>),
  ...(glassReasons satisfies Record<string, Reason>),
  ...(scheduleReasons satisfies Record<string, Reason>),
  ...(tickReasons satisfies Record<string, Reason>),
} as const;

/** Any reason code. */
export type ReasonCode = keyof typeof reasons;
/** Why something was refused. */
export type RefusalCode =
  | keyof typeof refusalReasons
  | keyof typeof glassReasons
  | keyof typeof helloReasons
  | keyof typeof provisionReasons
  | keyof typeof checklistReasons
  | keyof typeof scheduleReasons
  | 'export_first';
/** Why a due time passed without a request. */
export type TickCode = keyof typeof tickReasons;
/** How a task ended. */
export type OutcomeCode =
  | keyof typeof deviceReasons
  | keyof typeof outcomeReasons
  | keyof typeof provisionReasons
  | keyof typeof wakeReasons;

/** A code read from the store as the end of a task; one that another version wrote is a mistake here. */
export function outcomeCodeOf(code: string): OutcomeCode {
  const known = { ...deviceReasons, ...outcomeReasons, ...provisionReasons, ...wakeReasons };
  return Object.hasOwn(known, code) ? (code as OutcomeCode) : 'internal_error';
}

/** The reason for a code read from the store, which an older or newer version may have written. */
export function reasonFor(code: string): Reason {
  return Object.hasOwn(reasons, code)
    ? reasons[code as ReasonCode]
    : { kind: 'failed', what: `Ended with the code ${code}.`, mend: '' };
}
