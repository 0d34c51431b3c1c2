import type { Page, Place } from '../messages/pages/page.ts';
import type { Account } from './chat.ts';

/** Who looks, and in which conversations of the platform they could have asked instead. */
export interface PageReader {
  readonly account: Account;
  /** Channels, as a conversation names them. */
  readonly channels: readonly string[];
}

/**
 * A page, or why there is none, with a page that says so. `nothing_allowed`: the person is not known, or no role lets them ask for the status
 * of any PC. `no_such_page`: there is no such site, PC or step, or none that the person may see; which of both is not said.
 */
export type PageAnswer =
  | { readonly ok: true; readonly page: Page }
  | { readonly ok: false; readonly because: 'nothing_allowed' | 'no_such_page'; readonly page: Page };

/** The sites with their fleets and checklists, as far as a person's roles let them see these. Reads only. */
export interface SitePages {
  read(place: Place, reader: PageReader): Promise<PageAnswer>;
}
