/** What AMT takes of a Kerberos ticket (Intel, "Kerberos Ticket Size"): for WS-Management, and for redirection. */
export const ticketLimits = { management: 4_096, redirection: 3_072 } as const;

/** Share of a ticket that is there without any group, and what a group adds: of the user's own domain, and of another. */
const bytes = { base: 1_200, own: 8, foreign: 40 } as const;

/** Groups of every computer (BUILTIN): they never stand in a ticket. */
const builtin = /^S-1-5-32-/i;
const domainOf = (sid: string) => sid.slice(0, sid.lastIndexOf('-'));

/**
 * About how large a ticket of a user is, in bytes, by the SIDs of the groups that count for it (tokenGroups). Formula: Microsoft, "Problems
 * with Kerberos authentication when a user belongs to many groups" (1200 + 40 d + 8 s); a domain-local group of the own domain counts as
 * one of the cheaper kind, for its SID does not tell. Pure.
 */
export function estimateTicketBytes(userSid: string, groupSids: readonly string[]): number {
  const counted = groupSids.filter((sid) => !builtin.test(sid) && sid !== userSid);
  const own = counted.filter((sid) => domainOf(sid) === domainOf(userSid)).length;
  return bytes.base + own * bytes.own + (counted.length - own) * bytes.foreign;
}
