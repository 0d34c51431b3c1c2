import type { Hello, RootHash } from '../../ports/hello/hello.ts';

/** A provisioning certificate with its chain, as far as it matters for the choice. */
export interface AvailableChain {
  /** By which the configuration knows it. */
  readonly name: string;
  /** Hashes of its root's DER form, one for each kind that firmware announces. */
  readonly rootHashes: readonly RootHash[];
  /** Common name of the leaf: `setup.corp.example.com`, or `*.corp.example.com`. */
  readonly commonName: string;
  /** The time in which all of its certificates hold. */
  readonly validFrom: Date;
  readonly validTo: Date;
}

/**
 * Why a chain was passed over. `root_not_announced`: the PC does not trust its root. `outside_domain`: its name lies in another
 * domain than the PC. `not_valid_yet`, `expired`: by our clock.
 */
export type ChainRefusal = 'root_not_announced' | 'outside_domain' | 'not_valid_yet' | 'expired';

/** What is known of the PC. */
export interface ChainFacts {
  readonly hello: Pick<Hello, 'version' | 'roots'>;
  /** The suffix that DHCP option 15 or MEBx gave it; null when that is not known before one is connected: not judged then. */
  readonly dnsSuffix: string | null;
  readonly now: Date;
}

/** The chain to show, or why there is none. `needs_psk`: the PC wants a pre-shared key. */
export type ChainChoice =
  | { readonly ok: true; readonly chain: AvailableChain; readonly root: RootHash }
  | {
      readonly ok: false;
      readonly code: 'needs_psk' | 'no_chains' | 'none_fits';
      readonly passedOver: readonly { readonly name: string; readonly why: ChainRefusal }[];
    };

/**
 * Chooses the chain whose root the PC announced. Of several that fit the one that holds longest; the same facts give the same chain.
 * Pure. Rules: Intel AMT Implementation and Reference Guide, "PKI certificate verification methods"; that a wildcard stands for its
 * domain: Ylianst/MeshCentral.
 */
export function chooseChain(chains: readonly AvailableChain[], facts: ChainFacts): ChainChoice {
  if (facts.hello.version === 2) return { ok: false, code: 'needs_psk', passedOver: [] };
  if (chains.length === 0) return { ok: false, code: 'no_chains', passedOver: [] };
  const judged = chains.map((chain) => ({ chain, verdict: judge(chain, facts) }));
  const fitting = judged.flatMap(({ chain, verdict }) =>
    typeof verdict === 'string' ? [] : [{ chain, root: verdict }],
  );
  const [best] = fitting.sort(
    (one, other) =>
      other.chain.validTo.getTime() - one.chain.validTo.getTime() || (one.chain.name < other.chain.name ? -1 : 1),
  );
  if (best) return { ok: true, ...best };
  const passedOver = judged.flatMap(({ chain: { name }, verdict }) =>
    typeof verdict === 'string' ? [{ name, why: verdict }] : [],
  );
  return { ok: false, code: 'none_fits', passedOver };
}

/** The announced hash of its root, or why it does not fit. */
function judge(chain: AvailableChain, { hello, dnsSuffix, now }: ChainFacts): RootHash | ChainRefusal {
  const root = hello.roots.find(({ kind, hex }) =>
    chain.rootHashes.some((own) => own.kind === kind && own.hex.toLowerCase() === hex),
  );
  if (!root) return 'root_not_announced';
  if (dnsSuffix !== null && !namedInDomain(chain.commonName, dnsSuffix)) return 'outside_domain';
  if (now < chain.validFrom) return 'not_valid_yet';
  return now > chain.validTo ? 'expired' : root;
}

/** Whether the name of a chain lies in the domain, as firmware compares them; a wildcard stands for its domain. Pure. */
export function namedInDomain(commonName: string, suffix: string): boolean {
  const name = commonName.toLowerCase().replace(/^\*\./, '');
  const domain = suffix.toLowerCase().replace(/^\.|\.$/g, '');
  return name === domain || name.endsWith(`.${domain}`);
}
