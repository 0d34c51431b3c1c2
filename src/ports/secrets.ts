/** A user name and password for a device. Held only as long as a conversation needs it. */
export interface Credential {
  readonly user: string;
  readonly password: string;
}

/** Finds the credential that the inventory names; null when there is none of that name. */
export type CredentialSource = (name: string) => Promise<Credential | null>;
