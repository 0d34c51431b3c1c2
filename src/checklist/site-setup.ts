import type { TargetDevice } from '../ports/store/inventory-store.ts';
import type { Profile } from '../profiles/profile.ts';
import type { MethodRule } from '../provisioning/method-of.ts';
import type { Transmission } from '../runs/transmission.ts';
import type { WakeSettings } from '../wake/wake-settings.ts';

/** What the configuration says of one site, as far as the checklist asks. */
export interface SiteSetup {
  /** Names of the Active Directory domains, and the units in them. */
  readonly domains: readonly { readonly name: string; readonly unit: string }[];
  /** Names of the provisioning certificates. */
  readonly provisioningCertificates: readonly string[];
  /** What issues the certificates of the PCs: an authority of ours, another one whose file is named, or none. */
  readonly issuer: 'own' | 'file' | null;
  /** Which PCs are provisioned how. */
  readonly methods: readonly MethodRule[];
  /** Days after which a password of the configuration is due to be changed. */
  readonly passwordDays: number;
  /** Upkeep of PCs that this service provisioned: days after which passwords are due, and schedules of it that are on. */
  readonly upkeep: { readonly rotateDays: number; readonly renews: boolean; readonly rotates: boolean };
  readonly hello: { readonly enabled: boolean; readonly acknowledgedBy: string | null };
  /** How power-on commands go out. */
  readonly transmission: Transmission;
  readonly wakeMethod: WakeSettings['method'];
  readonly profiles: readonly Profile[];
  /** PCs of the site, those that were unprovisioned on purpose left out. */
  readonly devices: readonly TargetDevice[];
  /** Credentials that are tried at PCs that a scan finds. */
  readonly accounts: readonly string[];
  /** Schedules that turn PCs of the site on, and are not paused. */
  readonly wakeSchedules: readonly string[];
  /** What was found out longer ago is not believed any more. */
  readonly freshDays: number;
  /** PC that is reached to see that the way is open; null: none is named. */
  readonly canary: string | null;
  /** Where the backup of the database lies; null: not said. */
  readonly backup: { readonly path: string; readonly hours: number } | null;
  /** Due time of the next verification; null: it is only verified when somebody asks. */
  readonly nextDue: Date | null;
}
