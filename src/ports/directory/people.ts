/** A user or group that a name or SID means. */
export interface DirectoryTrustee {
  readonly dn: string;
  /** `S-1-5-21-...`. */
  readonly sid: string;
  /** sAMAccountName. */
  readonly accountName: string;
  readonly kind: 'user' | 'group' | 'computer';
}

/** Users and groups of one domain. */
export interface DirectoryPeople {
  /** By SID, `DOMAIN\name`, `name@domain`, distinguished name or plain account name; null when nobody has it. */
  trustee(nameOrSid: string): Promise<DirectoryTrustee | null>;
  /**
   * SIDs of the groups that count for the user, nested ones too, as the domain puts them into its tokens (tokenGroups). Rejects
   * with directory_not_found when there is no such user or the account is disabled: nobody gets rights then.
   */
  groupsOf(userSid: string): Promise<readonly string[]>;
  /**
   * Those of the users that are in the group, also in groups of it (LDAP_MATCHING_RULE_IN_CHAIN), by SID; disabled accounts are left
   * out. Rejects with directory_not_found when there is no such group.
   */
  membersAmong(userSids: readonly string[], groupSid: string): Promise<readonly string[]>;
}
