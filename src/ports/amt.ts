import type { AmtAccounts } from './amt/accounts.ts';
import type { AmtAlarms, AmtDeviceClock } from './amt/alarms.ts';
import type { AmtAssets } from './amt/assets.ts';
import type { AmtAuditLog } from './amt/audit-log.ts';
import type { AmtBoot } from './amt/boot.ts';
import type { AmtEventLog } from './amt/event-log.ts';
import type { AmtProvisioning } from './amt/provisioning.ts';
import type { AmtSettings } from './amt/settings.ts';

/**
 * What the service asks of an Intel AMT computer. Implemented by adapters/amt over WS-Management.
 */

/**
 * How the connection is protected.
 * - `ca`: TLS, the certificate must chain to the configured CA and name the device (port 16993).
 * - `pinned`: TLS, the certificate's SHA-256 fingerprint must be the recorded one (port 16993).
 * - `legacy`: as `pinned`, and TLS 1.0, SHA-1 and missing RFC 5746 are accepted. For firmware before AMT 12 only.
 * - `none`: plain HTTP (port 16992). Gone from firmware since AMT 16.1.
 */
export type TlsMode = 'ca' | 'pinned' | 'legacy' | 'none';

/** Where and how one device is reached. The password is looked up by `credential` inside the adapter, never carried. */
export interface AmtEndpoint {
  readonly deviceId: string;
  /** Inventory name, for messages only. */
  readonly name: string;
  /** IP address or DNS name from the inventory. */
  readonly host: string;
  /** Fully qualified name that the certificate must carry in mode `ca`; null: `host` is checked. */
  readonly fqdn: string | null;
  /** TCP port; null: 16993, or 16992 in mode `none`. */
  readonly port: number | null;
  readonly tls: TlsMode;
  /** SHA-256 of the certificate's DER, lower-case hex without colons; needed by `pinned` and `legacy`. */
  readonly certificateFingerprint: string | null;
  /** Name of the credential (user name and password) in the configuration. */
  readonly credential: string;
  /**
   * Name of the credential that changes the audit log. AMT lets one account alone do so, and once there is one that is not the
   * administrator's; missing: `credential`.
   */
  readonly auditCredential?: string;
}

/** TCP ports that AMT registers for WS-Management, without TLS and with it (IANA). */
export const amtPorts = { plain: 16_992, tls: 16_993 } as const;

/** The port that an endpoint is reached on. Pure. */
export const portOf = ({ port, tls }: Pick<AmtEndpoint, 'port' | 'tls'>): number =>
  port ?? (tls === 'none' ? amtPorts.plain : amtPorts.tls);

/** CIM power states that AMT reports and accepts (CIM_AssociatedPowerManagementService.PowerState). */
export const powerStates = {
  2: 'on',
  3: 'sleep-light',
  4: 'sleep-deep',
  5: 'power-cycle-soft',
  6: 'off-hard',
  7: 'hibernate',
  8: 'off-soft',
  9: 'power-cycle-hard',
  10: 'reset',
  11: 'diagnostic-interrupt',
  12: 'off-soft-graceful',
  13: 'off-hard-graceful',
  14: 'reset-graceful',
  15: 'power-cycle-soft-graceful',
  16: 'power-cycle-hard-graceful',
} as const;

/** Number of a CIM power state as it goes over the wire. */
export type PowerStateValue = keyof typeof powerStates;

/** What the device said about its power. */
export interface PowerReading {
  /** Raw CIM number; may be one that `powerStates` does not know. */
  readonly state: number;
  /** States that the firmware says can be requested now; empty when it does not say. */
  readonly requestable: readonly number[];
}

/** Answer to RequestPowerStateChange. `accepted` says only that the firmware took the command. */
export interface PowerAnswer {
  readonly accepted: boolean;
  /** Raw ReturnValue. 0 done, 4096 job started; others are refusals. */
  readonly returnValue: number;
  /** The ReturnValue in words, from Intel's list. */
  readonly meaning: string;
}

/** IPS_PowerManagementService.OSPowerSavingState in words; `unsupported` also where the class does not exist. */
export type OsPowerSaving = 'unknown' | 'unsupported' | 'full-power' | 'saving';

/** Facts that `status` shows about one device. */
export interface AmtFacts {
  /** For example `15.0.23`. */
  readonly amtVersion: string;
  readonly hostName: string | null;
  readonly provisioningState: 'pre' | 'in' | 'post' | 'unknown';
  readonly controlMode: 'none' | 'client' | 'admin' | 'unknown';
  /** Negotiated protocol such as `TLSv1.2`, or `none` on the plain port. */
  readonly tlsVersion: string;
  /** Not after date of the device's certificate; null on the plain port. */
  readonly certificateExpiresAt: Date | null;
}

/** One conversation with one device. Requests go out one at a time, over one connection. */
export interface AmtSession {
  /** Negotiated protocol such as `TLSv1.2`, `none` on the plain port, null before the first reply. */
  readonly tlsVersion: string | null;
  /** AMT version as far as already known without a request (Server header, earlier Identify); null otherwise. */
  readonly amtVersion: string | null;
  readPower(): Promise<PowerReading>;
  /** Sends RequestPowerStateChange once. Never repeated by the adapter after the request may have left. */
  requestPower(state: PowerStateValue): Promise<PowerAnswer>;
  readOsPowerSaving(): Promise<OsPowerSaving>;
  /** Wakes a PC in Modern Standby: RequestOSPowerSavingStateChange(full power). */
  requestOsFullPower(): Promise<PowerAnswer>;
  readFacts(): Promise<AmtFacts>;
  readAssets(): Promise<AmtAssets>;
  readonly auditLog: AmtAuditLog;
  readonly eventLog: AmtEventLog;
  readonly boot: AmtBoot;
  readonly settings: AmtSettings;
  readonly accounts: AmtAccounts;
  readonly alarms: AmtAlarms;
  readonly deviceClock: AmtDeviceClock;
  readonly provisioning: AmtProvisioning;
}

/** Why a conversation with a device failed. Closed list; the sentences are in src/messages/reasons/reasons.ts. */
export const amtErrorCodes = [
  'unreachable',
  'connection_refused',
  'plain_port_closed',
  'name_not_found',
  'no_answer',
  'connection_dropped',
  'wrong_credentials',
  'certificate_changed',
  'certificate_untrusted',
  'certificate_expired',
  'tls_too_old',
  'tls_failed',
  'device_overloaded',
  'not_provisioned',
  'not_permitted',
  'auditor_needed',
  'consent_needed',
  'class_missing',
  'write_limit',
  'store_full',
  'audit_log_blocks',
  'auditor_blocks',
  'firmware_fault',
  'protocol_error',
  'credential_missing',
  'cancelled',
] as const;

/** One of `amtErrorCodes`. */
export type AmtErrorCode = (typeof amtErrorCodes)[number];

/**
 * A failed conversation. `code` is what callers match on; `evidence` are facts fit for people (no secrets, one line
 * each); `mayHaveActed` is true when a state-changing request may have reached the firmware without an answer.
 */
export class AmtError extends Error {
  readonly code: AmtErrorCode;
  readonly evidence: readonly string[];
  readonly mayHaveActed: boolean;

  constructor(
    code: AmtErrorCode,
    evidence: readonly string[] = [],
    options: { cause?: unknown; mayHaveActed?: boolean } = {},
  ) {
    super(evidence.length > 0 ? `${code}: ${evidence.join('; ')}` : code, { cause: options.cause });
    this.name = 'AmtError';
    this.code = code;
    this.evidence = evidence;
    this.mayHaveActed = options.mayHaveActed ?? false;
  }
}

/** Opens conversations with devices; keeps realm and nonce between them. */
export interface AmtGateway {
  /**
   * Runs `work` with the device's session. Conversations with one device queue behind each other.
   * Rejects with `AmtError`. The signal ends waiting and the request in flight.
   */
  withDevice<T>(endpoint: AmtEndpoint, work: (session: AmtSession) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Closes all connections. */
  close(): Promise<void>;
}
