/** Where a device stands in its set-up. */
export interface SetupState {
  readonly provisioningState: 'pre' | 'in' | 'post' | 'unknown';
  /** Remote configuration is allowed; null where the firmware does not say. */
  readonly zeroTouch: boolean | null;
  /** The suffix that DHCP option 15 gave the device: what a provisioning certificate's name is compared with. */
  readonly dhcpDnsSuffix: string | null;
  /** The suffix that was set in MEBx; goes before the one of DHCP. */
  readonly trustedDnsSuffix: string | null;
}

/** Setting a device up and taking it back (AMT_SetupAndConfigurationService, AMT_AuthorizationService). */
export interface AmtSetup {
  read(): Promise<SetupState>;
  /** SMBIOS UUID, canonical form; null when the system has none. */
  uuid(): Promise<string | null>;
  /** Makes pending settings take effect and ends set-up. A connection that drops meanwhile is looked into before it is an error. */
  commit(): Promise<void>;
  /** 8 to 32 characters with upper case, lower case, digit and special character; the device's own policy may refuse it. */
  setMebxPassword(password: string): Promise<void>;
  /** Name of the administrator (usually `admin`), and whether its password is still the factory's. */
  administrator(): Promise<{ readonly user: string; readonly hasFactoryPassword: boolean | null }>;
  setAdministrator(user: string, password: string): Promise<void>;
  /** Back to factory settings. When something blocks it, the evidence names it. */
  unprovision(): Promise<void>;
  /** As `unprovision`, but keeps what the next set-up needs: administrator, host name, provisioning server. */
  unprovisionPartly(): Promise<void>;
  /** 1 to 24 hours more in which the device may be set up remotely. */
  extendProvisioningPeriod(hours: number): Promise<void>;
}

/** Who a device obeys: nobody yet, its user must consent, or the administrator alone. */
export type ControlMode = 'none' | 'client' | 'admin';

/** Host-based set-up as the device tells it. */
export interface HostSetupState {
  readonly mode: ControlMode | 'unknown';
  readonly allowed: readonly ControlMode[];
  /** 20 bytes that a signature has to cover, before the caller's own. */
  readonly nonce: Uint8Array;
  /** How far the certificate chain has been handed over. */
  readonly chain: 'none' | 'in-progress' | 'complete' | 'unknown';
}

/** RSA-SHA256 signature over the device's nonce followed by `nonce`, by the leaf of the chain. */
export interface SetupProof {
  /** 20 random bytes of the caller. */
  readonly nonce: Uint8Array;
  readonly signature: Uint8Array;
}

/** Set-up from the PC itself, and the way from client to admin control mode (IPS_HostBasedSetupService). */
export interface AmtHostSetup {
  read(): Promise<HostSetupState>;
  /** Client control mode. */
  setUpClient(administratorPassword: string): Promise<void>;
  /** Hands over the chain, leaf first, root last. */
  addChain(certificates: readonly Uint8Array[]): Promise<void>;
  /** Admin control mode; sent once and never again: when its answer is lost, the control mode is asked for instead. */
  setUpAdmin(administratorPassword: string, proof: SetupProof): Promise<void>;
  /** From client to admin control mode; may be done remotely. Sent once, as above. */
  upgradeToAdmin(proof: SetupProof): Promise<void>;
}
