import type { FollowUpSettings } from '../../approvals/follow-up.ts';
import type { Config } from '../schema.ts';
import { conversationOf } from './conversation-of.ts';

/** What is done about requests that nobody decides on. */
export function followUpOf({ approvals }: Config): FollowUpSettings {
  const { remindMinutes, escalateMinutes, escalateTo } = approvals;
  return {
    remindBeforeMs: remindMinutes * 60_000,
    escalation: escalateTo === undefined ? null : { afterMs: escalateMinutes * 60_000, to: conversationOf(escalateTo) },
  };
}
