import type { AmtEndpoint, TlsMode } from '../amt.ts';

/** One AMT-capable computer of the inventory. */
export interface Device {
  readonly id: string;
  /** Short name, unique without regard to case; what people type. */
  readonly name: string;
  readonly fqdn: string | null;
  /** IP address or DNS name that is connected to. */
  readonly host: string;
  readonly port: number | null;
  /** `aa:bb:cc:dd:ee:ff`, lower case. */
  readonly mac: string | null;
  readonly site: string;
  readonly groups: readonly string[];
  readonly tls: TlsMode;
  readonly certificateFingerprint: string | null;
  readonly credential: string;
  /** SMBIOS UUID, dashed and lower case; left out when unknown. Not unique. An import without it keeps what is known. */
  readonly uuid?: string;
  /** Distinguished name of the Active Directory unit it lies in; left out when unknown. An import without it keeps what is known. */
  readonly ou?: string;
  /** Last seen CIM power state, null when never asked. */
  readonly powerState: number | null;
  readonly amtVersion: string | null;
  readonly seenAt: Date | null;
}

/** The part of a device that a plan needs: light enough for fifty thousand of them. */
export interface TargetDevice {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly groups: readonly string[];
  readonly powerState: number | null;
  /** Fingerprint of what it is reached by: names and address, port, TLS mode, pinned certificate, credential. */
  readonly reach: string;
}

/**
 * One word of a target expression. `glob` uses `*` and `?`; `failed` means the devices that did not go well in the run of a request,
 * by its id; `due` provisioned devices whose `certificates` or `passwords` are to be renewed; `status` those of an AMT status (`unknown` where nobody has looked); `ou` the devices in a unit of Active Directory and the units in it, by distinguished name, or by the name of any unit above
 * them. Names are matched without regard to case.
 */
export type TargetTerm =
  | { readonly kind: 'all' }
  | { readonly kind: 'name' | 'glob' | 'site' | 'group' | 'status' | 'due' | 'failed' | 'ou'; readonly value: string };

/** A device as imported. Identity is the name. */
export type DeviceInput = Omit<Device, 'id' | 'powerState' | 'amtVersion' | 'seenAt'>;

/** How a device that the service set up is reached. Without `fqdn` its name stays. */
export interface DeviceReach extends Pick<Device, 'tls' | 'certificateFingerprint' | 'credential' | 'port'> {
  readonly fqdn?: string;
}

/** What an import did, by name count. */
export interface ImportResult {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** The inventory as the core reads and fills it. */
export interface InventoryStore {
  /** Devices that the term matches, by name in natural order (host2 before host10). */
  select(term: TargetTerm): Promise<readonly TargetDevice[]>;
  /** Up to `limit` known names, sites (`site:x`) and groups (`group:x`) that could be meant by a mistyped word; widest net, unranked. */
  candidatesFor(word: string, limit: number): Promise<readonly string[]>;
  /** Whole devices by id, natural order by name. */
  devices(ids: readonly string[]): Promise<readonly Device[]>;
  /** Whole devices of this SMBIOS UUID, which need not be one: vendors gave many PCs the same. Natural order by name. */
  withUuid(uuid: string): Promise<readonly Device[]>;
  /** Count of devices by site, and of those last seen on. */
  summary(): Promise<
    readonly { readonly site: string; readonly devices: number; readonly on: number; readonly off: number }[]
  >;
  /**
   * Adds or changes devices in one transaction. What `setReach` set stays. Rejects with a sentence naming the row when two rows share a
   * name.
   */
  importDevices(rows: readonly DeviceInput[], newId: () => string): Promise<ImportResult>;
  /**
   * How the device is reached from now on; an import leaves these alone afterwards (it is managed), and keeps its `fqdn` unless it
   * names another. Null gives them back to imports, as they are. Nothing happens to a device that is not in the inventory.
   */
  setReach(deviceId: string, reach: DeviceReach | null, at: Date): Promise<void>;
}

/** Endpoint of a device, as the AMT gateway wants it; `auditCredential`: who changes its audit log, null for its own credential. */
export function endpointOf(device: Device, auditCredential: string | null): AmtEndpoint {
  return {
    deviceId: device.id,
    name: device.name,
    host: device.host,
    fqdn: device.fqdn,
    port: device.port,
    tls: device.tls,
    certificateFingerprint: device.certificateFingerprint,
    credential: device.credential,
    ...(auditCredential === null ? {} : { auditCredential }),
  };
}
