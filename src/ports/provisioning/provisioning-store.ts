/** `remote`: out of band, through the firmware's remote configuration. `in-band`: through the agent on the PC. */
export type ProvisioningMode = 'remote' | 'in-band';

/** `awaiting-agent`: approved, and the agent on the PC has not come yet. `stopped`: failed at a step, may be gone on with. */
export type ProvisioningState = 'under-way' | 'awaiting-agent' | 'stopped' | 'provisioned' | 'removing' | 'removed';

/** Steps, in their order (mode `remote`: meet, set-clock, set-mebx-password, set-administrator; `in-band`: set-up-admin or set-up-client). */
export const provisioningSteps = [
  'meet',
  'keep-secrets',
  'set-clock',
  'set-mebx-password',
  'set-administrator',
  'set-up-client',
  'set-up-admin',
  'directory-object',
  'certificate',
  'tls',
  'kerberos',
  'commit',
  'reach',
  'activate-certificate',
  'settings',
  'accounts',
  'audit-policy',
  'network-access',
  'verify',
  'record',
] as const;

/** One of `provisioningSteps`. */
export type ProvisioningStep = (typeof provisioningSteps)[number];

/** Facts found on the way, never a secret: chain, factoryFingerprint, keyPair, certificateId, fingerprint, directoryDn, domain, keyVersion, networkCertificateId ... */
export type ProvisioningFacts = Readonly<Record<string, string>>;

/** How far a device has come. One record per device. */
export interface Provisioning {
  readonly deviceId: string;
  readonly mode: ProvisioningMode;
  readonly state: ProvisioningState;
  /** Counts every change; never goes back. */
  readonly version: number;
  readonly requestId: string | null;
  /** In the order in which they were done, each once. */
  readonly done: readonly ProvisioningStep[];
  /** Begun, and nobody has said how it ended. Stays through a failure: whether it had an effect is asked of the device. */
  readonly attempt: { readonly step: ProvisioningStep; readonly at: Date } | null;
  readonly facts: ProvisioningFacts;
  readonly failure: {
    readonly step: ProvisioningStep;
    readonly code: string;
    readonly evidence: readonly string[];
  } | null;
  readonly startedAt: Date;
  readonly changedAt: Date;
}

/** Who wants a device to be provisioned. */
export interface ProvisioningWish {
  readonly deviceId: string;
  readonly mode: ProvisioningMode;
  readonly requestId: string | null;
  readonly at: Date;
}

/** Records of provisionings. What changes one is on disk when it resolves. */
export interface ProvisioningStore {
  /**
   * Begins, or goes on with what was begun before and not finished: under way, without its failure, what is done and attempted stays.
   * One that is `removed` or `provisioned` begins anew. The mode that it was begun in stays once an attempt was made at a step that
   * changes the device: compare it with the one that was wished. One that is `removing` is given back as it is.
   */
  begin(wish: ProvisioningWish): Promise<Provisioning>;
  get(deviceId: string): Promise<Provisioning | null>;
  /** By device id; devices without one are left out. */
  of(deviceIds: readonly string[]): Promise<readonly Provisioning[]>;
  /** Compare-and-set on `version`; null when somebody else was faster. */
  attempt(deviceId: string, version: number, step: ProvisioningStep, at: Date): Promise<Provisioning | null>;
  /** The step is done: no attempt and no failure any more; facts are added to those known. Null as above. */
  done(
    deviceId: string,
    version: number,
    step: ProvisioningStep,
    facts: ProvisioningFacts,
    at: Date,
  ): Promise<Provisioning | null>;
  /** Changes what is named; `failure: null` takes it away, facts are added to those known. Null as above. */
  change(
    deviceId: string,
    version: number,
    to: {
      readonly state?: ProvisioningState;
      readonly failure?: Provisioning['failure'];
      readonly facts?: ProvisioningFacts;
    },
    at: Date,
  ): Promise<Provisioning | null>;
  /** Devices by state. */
  counts(): Promise<Readonly<Record<ProvisioningState, number>>>;
}
