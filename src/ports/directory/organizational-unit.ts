/** Who has Full Control, as the security descriptor says ([MS-DTYP] 2.4.6, [MS-ADTS] 5.1.3). */
export interface GrantedControl {
  /** Full Control on the unit itself. */
  readonly onUnit: boolean;
  /** Full Control on all child objects, by inheritance. */
  readonly onChildren: boolean;
  /** SIDs whose entries grant it. */
  readonly grantedBy: readonly string[];
  /** SIDs whose entries take some of it away. */
  readonly deniedBy: readonly string[];
}

/** What the domain controller itself computes for our account ([MS-ADTS] 3.1.1.4.5). */
export interface EffectiveRights {
  /** `computer` is among allowedChildClassesEffective. */
  readonly createComputers: boolean;
  /** sDRightsEffective: owner and group 1 and 2, access list 4, audit list 8. */
  readonly descriptorRights: number;
}

/** What a trial showed: a disabled computer object was made, changed and deleted again. */
export interface ProbeResult {
  /** Null when every step went well. */
  readonly failedStep: 'create' | 'change' | 'reset-password' | 'delete' | null;
  /** Code of the error and its evidence; empty when every step went well. */
  readonly evidence: readonly string[];
  /** Distinguished name of an object that could not be deleted again, for a person to delete; null usually. */
  readonly leftBehind: string | null;
}

/** The organizational unit in which device objects live: one per domain, the same place in each. */
export interface OrganizationalUnit {
  readonly dn: string;
  exists(): Promise<boolean>;
  /** Makes the unit, not what is above it. False when it was there already. */
  create(): Promise<boolean>;
  /** Reads the security descriptor for the SIDs of our account and its groups. */
  granted(): Promise<GrantedControl>;
  effective(): Promise<EffectiveRights>;
  probe(): Promise<ProbeResult>;
  /** Grants Full Control on the unit and all child objects to the SID. False when that entry is there already. */
  delegate(sid: string): Promise<boolean>;
}
