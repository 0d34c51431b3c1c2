import { lengthAnd } from '../logs/audit-record.ts';
import type { AclEntry } from './acl.ts';

/** PT_STATUS values of the methods on accounts. `[class model]` */
export const aclStatus = {
  success: 0,
  invalidName: 12,
  notPermitted: 16,
  maxLimitReached: 23,
  invalidIndex: 35,
  invalidParameter: 36,
  invalidHandle: 2053,
  invalidPassword: 2054,
  invalidRealm: 2055,
  duplicate: 2058,
} as const;

/**
 * An account in the extended data of an audit record: type 0 with its name, or type 1 with the number of the user in
 * the domain and the domain's identifier. intel/lms `[class model]`
 */
export function accountData(account: {
  readonly digest: Pick<NonNullable<AclEntry['digest']>, 'name'> | undefined;
  readonly sid: Buffer | undefined;
}): Buffer {
  const { digest, sid } = account;
  if (!sid) return Buffer.concat([Buffer.from([0]), lengthAnd(digest?.name ?? '')]);
  // The last part of a security identifier is the user, little-endian there and big-endian here.
  const user = Buffer.alloc(4);
  user.writeUInt32BE(sid.length >= 4 ? sid.readUInt32LE(sid.length - 4) : 0);
  const domain = sid.subarray(0, Math.max(0, sid.length - 4));
  return Buffer.concat([Buffer.from([1]), user, Buffer.from([domain.length]), domain]);
}
