import type { AmtGateway, AmtSession } from '../../ports/amt.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StandingStore } from '../../ports/digests/standing-store.ts';
import type { AmtStatusStore } from '../../ports/discovery/amt-status-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { DeviceSecretStore } from '../../ports/provisioning/device-secrets.ts';
import type {
  Provisioning,
  ProvisioningFacts,
  ProvisioningStore,
} from '../../ports/provisioning/provisioning-store.ts';
import type { Device, InventoryStore } from '../../ports/store/inventory-store.ts';
import type { TrailStore } from '../../ports/trail/trail-store.ts';
import type { ProfilePart } from '../../profiles/profile.ts';

/** The object of a PC in one domain, and its key. */
export interface DirectoryBlock {
  /** DNS name of the domain. */
  readonly domain: string;
  /**
   * Whether the domain would take the object of that name, asked without changing anything. Resolves to the name that the object has
   * there. Rejects with DirectoryError.
   */
  check(fqdn: string): Promise<string>;
  /** Makes the object, or brings it up to date. Repeatable. Resolves to directoryDn, domain and keyVersion. */
  put(device: NamedDevice, facts: ProvisioningFacts): Promise<ProvisioningFacts>;
  /** Gives the PC the key of its object. Repeatable. */
  giveKey(session: AmtSession, device: NamedDevice, facts: ProvisioningFacts): Promise<void>;
}

/** A device whose full name is known. */
export type NamedDevice = Device & { readonly fqdn: string };

/** What is known of a device, and where more is written down at once. */
export interface FactsInHand {
  readonly facts: ProvisioningFacts;
  readonly kept: (facts: ProvisioningFacts) => Promise<void>;
}

/** What PCs are given on the way, as far as the configuration has it. */
export interface SetupBlocks {
  /** Certificates of our own authority; null where there is none. */
  readonly certificates: {
    /** Repeatable: what is there already, by the facts, is gone on with. Resolves to certificateId, fingerprint ... */
    give(
      session: AmtSession,
      order: FactsInHand & { readonly deviceId: string; readonly fqdn: string },
    ): Promise<ProvisioningFacts>;
    /** The PC shows it, over this very session. Those before it are done with. Repeatable. */
    activated(session: AmtSession, facts: ProvisioningFacts): Promise<void>;
  } | null;
  /** TLS on, plain text off; in force with the commit. */
  enableTls(session: AmtSession): Promise<void>;
  /** The domain that a name lies in; null where none is configured for it. */
  directoryOf(fqdn: string): DirectoryBlock | null;
  /** Whether a profile covers the PC. */
  hasProfile(device: Device): boolean;
  /** Makes a PC as its profile says; what it says nothing of is left out. `code` is a reason. */
  applyProfile(
    session: AmtSession,
    device: Device,
    part: ProfilePart,
    known: FactsInHand,
  ): Promise<readonly { readonly code: string; readonly evidence: readonly string[] }[]>;
}

/** What the machine works with. */
export interface MachineDeps {
  readonly provisionings: ProvisioningStore;
  readonly secrets: DeviceSecretStore;
  readonly inventory: Pick<InventoryStore, 'devices' | 'setReach'>;
  /** Everyday conversations, after the PC is reached by its own account. */
  readonly gateway: Pick<AmtGateway, 'withDevice'>;
  readonly statuses: Pick<AmtStatusStore, 'keep'>;
  readonly standings: Pick<StandingStore, 'keepStatus'>;
  readonly trail: Pick<TrailStore, 'append'>;
  readonly blocks: SetupBlocks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A random password fit for AMT's rule. */
  readonly newPassword: () => string;
  /** Told after each change of a record. Default: nobody is. */
  readonly progressed?: (record: Provisioning) => void;
}
