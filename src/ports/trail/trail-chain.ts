/** How the trail is chained, for the adapter that writes it. The rule itself is the audit's. */
export { genesisHash, hashEntry } from '../../audit/chain.ts';
