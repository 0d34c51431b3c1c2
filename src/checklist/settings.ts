import type { Conversation } from '../ports/chat.ts';
import type { Cron } from '../schedule/calendar/cron.ts';

/** Who answers for the checklist of a site, and where they are called. */
export interface ChecklistOwner {
  /** Name of the site; null: every site that has no owner of its own. */
  readonly site: string | null;
  /** Principal id. */
  readonly person: string;
  readonly conversation: Conversation;
}

/** How checklists are verified again, and who is told. */
export interface ChecklistSettings {
  /** Null: only when somebody asks. */
  readonly schedule: { readonly cron: Cron; readonly cronText: string; readonly timeZone: string } | null;
  readonly owners: readonly ChecklistOwner[];
}

/** Who answers for a site: its own owners, else those of all sites. Pure. */
export function ownersOf(site: string, owners: readonly ChecklistOwner[]): readonly ChecklistOwner[] {
  const own = owners.filter((owner) => owner.site?.toLowerCase() === site.toLowerCase());
  return own.length > 0 ? own : owners.filter((owner) => owner.site === null);
}
