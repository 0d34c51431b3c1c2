import type { AmtStanding } from '../../discovery/amt-status.ts';
import type { TlsMode } from '../amt.ts';
import type { Conversation } from '../chat.ts';
import type { NewCard } from '../store/card-store.ts';
import type { Device } from '../store/inventory-store.ts';
import type { TrailEntry } from '../trail/trail-store.ts';

/** One PC with AMT that a scan found. */
export interface ScanFind {
  readonly address: string;
  /** Its id in the inventory; null when it is new. */
  readonly deviceId: string | null;
  /** Name in the inventory, else the one that it would get. */
  readonly name: string;
  /** From DNS or its certificate; null when neither has one. */
  readonly fqdn: string | null;
  /** What told that AMT is there, such as `presence ping, certificate`. */
  readonly seenBy: string;
  readonly version: string | null;
  /** How it would be reached, and the certificate that it showed. */
  readonly tls: TlsMode;
  readonly fingerprint: string | null;
  /** Name of the credential that worked; null when none did or none was tried. */
  readonly credential: string | null;
  readonly standing: AmtStanding;
}

/** A scan of one range. */
export interface Scan {
  readonly id: string;
  readonly rangeId: string;
  readonly cidr: string;
  /** Addresses in it. */
  readonly size: number;
  readonly askedBy: string;
  readonly conversation: Conversation;
  readonly cardId: string;
  readonly stopAction: string;
  readonly addAction: string;
  readonly startedAt: Date;
  /** Addresses that are done. */
  readonly cursor: number;
  readonly foreignControllers: number;
  /** Who wanted it to stop; null: nobody. */
  readonly stopBy: string | null;
  readonly endedAt: Date | null;
  /** Names of PCs of the inventory in the range that did not answer. */
  readonly disappeared: readonly string[];
  /** Who took what was new into the inventory; null: nobody. */
  readonly addedBy: string | null;
}

/** A scan before it began. */
export type NewScan = Omit<Scan, 'cursor' | 'foreignControllers' | 'stopBy' | 'endedAt' | 'disappeared' | 'addedBy'>;

/** Scans and what they found. */
export interface ScanStore {
  /** Keeps the scan, its card and the entry together; false when a scan of that range is open. */
  begin(scan: NewScan, card: NewCard, entry: TrailEntry): Promise<boolean>;
  get(id: string): Promise<Scan | null>;
  /** Ids of scans that have not ended. */
  open(): Promise<readonly string[]>;
  finds(id: string): Promise<readonly ScanFind[]>;
  /** Addresses up to `cursor` are done; finds of an address that is there already are replaced. */
  advance(id: string, cursor: number, finds: readonly ScanFind[], foreignControllers: number): Promise<void>;
  /** False when it is not running, or somebody has stopped it already. */
  stop(id: string, by: string, entry: TrailEntry): Promise<boolean>;
  /** Ends it; false when it has ended already. */
  end(id: string, at: Date, disappeared: readonly string[], entry: TrailEntry): Promise<boolean>;
  /** Notes who takes the new ones; false when it has not ended, or somebody took them already. */
  takeNew(id: string, by: string): Promise<boolean>;
  /** Gives them back after a failed import. */
  giveBack(id: string): Promise<void>;
  /** Devices of the inventory whose address lies in the subnet. */
  devicesWithin(cidr: string): Promise<readonly Device[]>;
  /** Devices of the inventory that go by one of these addresses or names, without regard to case. */
  devicesCalled(words: readonly string[]): Promise<readonly Device[]>;
}
