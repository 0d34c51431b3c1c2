import type { Conversation } from '../ports/chat.ts';
import type { Sites } from '../ports/digests/digest-store.ts';
import type { Cron } from '../schedule/calendar/cron.ts';
import type { SectionName } from './section-names.ts';

/** A digest of the configuration. */
export interface DigestSettings {
  /** Slug that people refer to. */
  readonly id: string;
  readonly conversation: Conversation;
  /** Where it goes when that place does not take it; null: nowhere. */
  readonly fallback: Conversation | null;
  /** As written, for people. */
  readonly cronText: string;
  readonly cron: Cron;
  readonly timeZone: string;
  readonly sites: Sites;
  readonly sections: readonly SectionName[];
}
