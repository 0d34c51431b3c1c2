/** Who sent a request: an account of the device, and where from. */
export interface Caller {
  /** Name of the digest account. */
  readonly name: string;
  /** The administrator, who holds every realm but the auditor's if there is one. */
  readonly isAdmin: boolean;
  readonly realms: readonly number[];
  /** Address of the client, dotted or with colons. */
  readonly address: string;
}

/** Realm that carries all others: PTAdministration. `[guide]` */
const administration = 3;

/** Whether the caller holds one of the realms. */
export const holds = (caller: Caller, realms: readonly number[]): boolean =>
  caller.isAdmin || caller.realms.includes(administration) || realms.some((one) => caller.realms.includes(one));
