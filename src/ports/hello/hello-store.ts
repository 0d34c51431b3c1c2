import type { DeviceInput } from '../store/inventory-store.ts';
import type { TrailEntry } from '../trail/trail-store.ts';
import type { Hello, ReceivedHello } from './hello.ts';

/**
 * Why a UUID is not taken for one PC. `placeholder`: no vendor's own number. `interleaved`: it came from two places in turn.
 * `two_kinds`: from two places that trust different roots, or that speak different versions.
 */
export const helloDoubts = ['placeholder', 'interleaved', 'two_kinds'] as const;

/** One of `helloDoubts`. */
export type HelloDoubt = (typeof helloDoubts)[number];

/** One place that hellos of a UUID came from: an address, and what was announced there. */
export interface HelloSource {
  readonly address: string;
  /** SHA-256 over version, PID and roots, hex. */
  readonly kind: string;
  readonly lastSeenAt: Date;
}

/** What is kept of the hellos of one UUID: the last one, and where they came from. */
export interface HelloRecord extends Hello {
  readonly address: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly seen: number;
  /** The latest few, newest first. */
  readonly sources: readonly HelloSource[];
  /** Once doubted it stays so until it is forgotten. */
  readonly doubt: HelloDoubt | null;
}

/** What became of a hello. `full`: so many unknown PCs are kept already that no more are. `known`: one PC of the inventory has its UUID. */
export type NotedHello =
  | { readonly kind: 'full' }
  | { readonly kind: 'noted'; readonly record: HelloRecord; readonly isNew: boolean; readonly isNewlyDoubted: boolean };

/** Bounds of the unknown ones. */
export interface HelloLimits {
  readonly mostUnknown: number;
  /** Unknown PCs that were last heard of before are forgotten when there is no room. */
  readonly staleBefore: Date;
}

/** A PC that somebody takes into the inventory. */
export interface HostAcceptance {
  readonly uuid: string;
  readonly deviceId: string;
  readonly device: DeviceInput;
  /** Written with it or not at all. */
  readonly entry: TrailEntry;
}

/** How that ended; nothing was changed unless it was accepted. */
export type AcceptedHost = 'accepted' | 'hello_unknown' | 'hello_doubtful' | 'hello_known' | 'name_taken';

/** PCs of the inventory that are not told apart any more. `shared`: the inventory itself has several of this UUID. */
export interface DoubtedHost {
  readonly uuid: string;
  /** Names in the inventory, by natural order. */
  readonly names: readonly string[];
  readonly doubt: HelloDoubt | 'shared';
}

/** Who has said hello. */
export interface HelloOverview {
  /** Whose UUID no PC of the inventory has, latest first. */
  readonly records: readonly HelloRecord[];
  /** How many of those there are. */
  readonly total: number;
  /** How many UUIDs of the inventory have said hello. */
  readonly known: number;
  readonly doubted: readonly DoubtedHost[];
}

/** Hellos by UUID. */
export interface HelloStore {
  /** Keeps a hello; `change` makes the new record of the one before and is pure, for it may be called twice. */
  note(
    hello: ReceivedHello,
    change: (before: HelloRecord | null, hello: ReceivedHello) => HelloRecord,
    limits: HelloLimits,
  ): Promise<NotedHello>;
  get(uuid: string): Promise<HelloRecord | null>;
  /** UUIDs that begin so, up to `limit`, in their order, and how many there are. */
  beginningWith(start: string, limit: number): Promise<{ readonly uuids: readonly string[]; readonly total: number }>;
  /** What is known of all, with up to `limit` of each kind. */
  overview(limit: number): Promise<HelloOverview>;
  /** Adds a PC to the inventory as pre-provisioning. */
  accept(acceptance: HostAcceptance): Promise<AcceptedHost>;
  /** Forgets the hellos of a UUID: false when there are none. */
  forget(uuid: string, entry: TrailEntry): Promise<boolean>;
}
