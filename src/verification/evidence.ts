import type { AmtStanding } from '../discovery/amt-status.ts';
import type { AuditLogStatus } from '../ports/amt/audit-log.ts';
import type { NetworkLink, ReadSettings } from '../ports/amt/settings.ts';
import type { AmtErrorCode, AmtFacts, TlsMode } from '../ports/amt.ts';
import type { DeviceObject, PrincipalHolders } from '../ports/directory/device-objects.ts';
import type { DirectoryErrorCode } from '../ports/directory.ts';
import type { PortAnswer } from '../ports/network/network-probes.ts';
import type { NameFinding } from '../wake-causes/evidence.ts';

/** What one port did when it was looked at. */
export interface PortSeen {
  readonly port: number;
  readonly answer: PortAnswer;
}

/** What Active Directory says of the PC. `none`: no domain is configured for its name. */
export type DirectoryFinding =
  | { readonly kind: 'none' }
  /** The domain could not be asked. */
  | {
      readonly kind: 'failed';
      readonly domain: string;
      readonly code: DirectoryErrorCode;
      readonly evidence: readonly string[];
    }
  | {
      readonly kind: 'asked';
      readonly domain: string;
      /** Its object in our unit; null when there is none. */
      readonly object: DeviceObject | null;
      /** Who in the forest has each of its principal names. */
      readonly holders: readonly PrincipalHolders[];
      /** Key version that AMT has; null when Kerberos is off there, undefined when it could not be asked. */
      readonly keyVersion: number | null | undefined;
      /** When this service set the password of the object; null when it never did. */
      readonly setByUsAt: Date | null;
    };

/** Everything that was measured of one PC. Null: it could not be. */
export interface VerifyEvidence {
  readonly now: Date;
  readonly device: {
    readonly host: string;
    readonly fqdn: string | null;
    readonly tls: TlsMode;
    readonly certificateFingerprint: string | null;
    readonly credential: string;
  };
  /** User name of the credential; null when the configuration has none of that name. */
  readonly user: string | null;
  readonly dns: NameFinding;
  /** The port that the inventory names. */
  readonly own: PortSeen;
  /** The other AMT ports, in order; empty where the PC has a port of its own. */
  readonly others: readonly PortSeen[];
  /** Whether it answered a presence ping; null: it was not pinged. */
  readonly pong: boolean | null;
  /** What AMT told; null when the conversation failed. */
  readonly facts: AmtFacts | null;
  /** Names, power package and link policy. */
  readonly settings: ReadSettings | null;
  readonly links: readonly NetworkLink[] | null;
  readonly directory: DirectoryFinding;
  readonly auditLog: AuditLogStatus | null;
  readonly driftSeconds: number | null;
  /** What ended the conversation; null when nothing did. */
  readonly error: { readonly code: AmtErrorCode; readonly evidence: readonly string[] } | null;
  /** Firmware version as far as anybody told it. */
  readonly version: string | null;
  /** What this service can do and that firmware has not. */
  readonly missingFeatures: readonly string[];
  readonly standing: AmtStanding;
}
