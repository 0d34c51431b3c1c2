import type { SectionView } from '../messages/digest/section-view.ts';
import type { Window } from '../ports/digests/digest-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { SectionName } from './section-names.ts';

/** What a digest is about: what happened in the window, seen from now. */
export interface DigestScope extends Window {
  /** Of days and times. */
  readonly timeZone: string;
  /** Name of a person by principal id. */
  readonly nameOf: (principal: string) => string;
}

/** A part of a digest: reads its facts in a few statements, and says them. One more part is one more file and one more name. */
export interface DigestSection {
  readonly name: SectionName;
  /** As on the card. */
  readonly heading: string;
  /** Rejects with StoreError; the digest then says that this part could not be read. */
  tell(store: Store, scope: DigestScope): Promise<SectionView>;
}
