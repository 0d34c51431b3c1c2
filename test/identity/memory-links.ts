import type { AccountLink, LinkOffer, LinkStore } from '../../src/ports/link-store.ts';

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
    async takeOffer(codeHash, now) {
      const found = [...offers.values()].find((offer) => offer.codeHash === codeHash && offer.expiresAt > now);
      if (found) offers.delete(keyOf(found.account));
      return found ?? null;
    },
    async misses(principal, since) {
      missed = missed.filter((miss) => miss.at >= since);
      return missed.filter((miss) => miss.principal === principal).length;
    },
    async noteMiss(principal, at) {
      missed.push({ principal, at });
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
