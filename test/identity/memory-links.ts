import type { AccountLink, LinkOffer, LinkStore } from '../../src/ports/store/link-store.ts';

const keyOf = (account: AccountLink['account']) => `${account.platform} ${account.tenant} ${account.user}`;

/** Links in memory, by the port's rules. */
export function createMemoryLinks(): LinkStore {
  const links = new Map<string, AccountLink>();
  const offers = new Map<string, LinkOffer>();
  let missed: { principal: string; at: Date }[] = [];
  return {
    all: async () => [...links.values()],
    async offer(offer) {
      offers.set(keyOf(offer.account), offer);
    },
    async guess({ codeHash, principal, at, limit }) {
      missed = missed.filter((miss) => miss.principal !== principal || miss.at >= limit.since);
      const misses = missed.filter((miss) => miss.principal === principal).map((miss) => miss.at);
      if (misses.length >= limit.most) return { kind: 'too_many', misses };
      const offer = [...offers.values()].find((each) => each.codeHash === codeHash && each.expiresAt > at);
      if (offer) {
        offers.delete(keyOf(offer.account));
        return { kind: 'taken', offer };
      }
      missed.push({ principal, at });
      return { kind: 'miss' };
    },
    async add(link) {
      if (links.has(keyOf(link.account))) return false;
      links.set(keyOf(link.account), link);
      return true;
    },
    async remove(principal, platform) {
      const ended = [...links].filter(([, link]) => link.principal === principal && link.account.platform === platform);
      for (const [key] of ended) links.delete(key);
      return ended.length;
    },
  };
}
