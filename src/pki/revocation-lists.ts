import type { OwnAuthority } from '../ports/pki/issuer.ts';
import type { CertificateStore, PublishedList } from '../ports/store/certificate-store.ts';

/** Revocation lists of our own authority. */
export interface RevocationLists {
  /** A new list with the next number, kept and published. Rejects with PkiError or what `publish` says. */
  renew(): Promise<PublishedList>;
  /** The list that holds now: made anew when something was revoked since, or when half of its life is over. */
  current(): Promise<PublishedList>;
}

const dayMs = 86_400_000;
/** Clocks of those who read it differ. */
const backdateMs = 60_000;

/** Makes, keeps and publishes lists. `publish` puts a new one where others find it beside HTTP, such as a file. */
export function createRevocationLists({
  store,
  authority,
  days,
  now,
  publish = async () => {},
}: {
  readonly store: CertificateStore;
  readonly authority: Pick<OwnAuthority, 'id' | 'signList'>;
  /** Days that a list is valid. */
  readonly days: number;
  readonly now: () => Date;
  readonly publish?: (der: Uint8Array) => Promise<void>;
}): RevocationLists {
  let making: Promise<PublishedList> | null = null;

  const make = async (): Promise<PublishedList> => {
    const at = now();
    const number = await store.nextListNumber(authority.id);
    // One that ended stays for another list's life, so that it was on one after its end (RFC 5280, 3.3).
    const revoked = await store.revoked(authority.id, new Date(at.getTime() - days * dayMs));
    const nextUpdate = new Date(at.getTime() + days * dayMs);
    const der = await authority.signList({
      number,
      thisUpdate: new Date(at.getTime() - backdateMs),
      nextUpdate,
      revoked,
    });
    const list = { number, der, thisUpdate: at, nextUpdate };
    await store.keepList(authority.id, list);
    await publish(der);
    return list;
  };
  // Those who come at the same time get the same list: a GET from outside must not cost a signature each.
  const once = (begin: () => Promise<PublishedList>) => {
    making ??= begin().finally(() => {
      making = null;
    });
    return making;
  };
  const holding = async () => {
    const known = await store.currentList(authority.id);
    if (known === null || known.stale) return null;
    return now().getTime() > (known.thisUpdate.getTime() + known.nextUpdate.getTime()) / 2 ? null : known;
  };

  return {
    async renew() {
      // What is under way may have been begun before the revocation that is to be on it.
      await making?.catch(() => null);
      return once(make);
    },
    async current() {
      // Looked at again when it is our turn: while we looked, another may have made one, and be done with it.
      return (await holding()) ?? once(async () => (await holding()) ?? make());
    },
  };
}
