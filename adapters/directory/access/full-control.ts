import type { GrantedControl } from '../../../src/ports/directory/organizational-unit.ts';
import { type AccessEntry, newEntry, type SecurityDescriptor } from './security-descriptor.ts';

/** Every right on a directory object: standard rights and all of ADS_RIGHTS_ENUM ([MS-ADTS] 5.1.3.2). */
const fullControl = 0x000f_01ff;
const genericAll = 0x1000_0000;
const containerInherit = 0x02;
const noPropagate = 0x04;
const inheritOnly = 0x08;
const inherited = 0x10;
const allow = 0;
const deny = 1;
const allowObject = 5;
const denyObject = 6;
/** SIDs that count for everybody who is logged on: Everyone, Authenticated Users. */
const everybody = ['S-1-1-0', 'S-1-5-11'];

type Reach = (entry: AccessEntry) => boolean;
const onUnit: Reach = ({ flags }) => (flags & inheritOnly) === 0;
const onChildren: Reach = ({ flags, inheritedObjectType }) =>
  (flags & containerInherit) !== 0 && (flags & noPropagate) === 0 && inheritedObjectType === null;

/** Whether the SIDs of one token have Full Control on the object and its children: entries in order, the first word on a right counts. */
export function controlOf(descriptor: SecurityDescriptor, sids: readonly string[]): GrantedControl {
  const token = new Set([...sids, ...everybody]);
  const entries = (descriptor.accessList?.entries ?? []).filter((entry) => entry.sid !== null && token.has(entry.sid));
  const unit = walk(entries, onUnit);
  const children = walk(entries, onChildren);
  // No access list at all lets everybody do everything ([MS-DTYP] 2.5.3.2).
  const open = descriptor.accessList === null;
  return {
    onUnit: open || unit.full,
    onChildren: open || children.full,
    grantedBy: [...new Set([...unit.by, ...children.by])],
    deniedBy: [...new Set([...unit.against, ...children.against])],
  };
}

function walk(entries: readonly AccessEntry[], reach: Reach) {
  let granted = 0;
  let denied = 0;
  const by: string[] = [];
  const against: string[] = [];
  for (const entry of entries) {
    const { type, sid } = entry;
    if (sid === null) continue;
    const mask = rightsOf(entry.mask ?? 0);
    if (type === deny || type === denyObject) {
      // A denial for one class of children or one attribute also means: not Full Control.
      const reaches = type === denyObject ? onUnit(entry) || (entry.flags & containerInherit) !== 0 : reach(entry);
      if (!reaches || (mask & ~granted) === 0) continue;
      denied |= mask & ~granted;
      against.push(sid);
    } else if ((type === allow || (type === allowObject && entry.objectType === null)) && reach(entry)) {
      const news = mask & ~granted & ~denied;
      granted |= news;
      if (news !== 0) by.push(sid);
    }
  }
  return { full: (granted & fullControl) === fullControl, by, against };
}

const rightsOf = (mask: number) => ((mask & genericAll) !== 0 ? fullControl : mask & fullControl);

/** The descriptor with Full Control for the SID on the object and all its children; null when that very entry is there. */
export function grantFullControl(descriptor: SecurityDescriptor, sid: string): SecurityDescriptor | null {
  const entries = descriptor.accessList?.entries ?? [];
  const there = entries.some(
    (entry) =>
      entry.type === allow &&
      entry.sid === sid &&
      (entry.flags & inherited) === 0 &&
      onUnit(entry) &&
      onChildren(entry) &&
      rightsOf(entry.mask ?? 0) === fullControl,
  );
  if (there) return null;
  // Canonical order: denials, then grants, then what is inherited ([MS-DTYP] 2.4.5, note on order).
  const firstAfterDenials = entries.findIndex(
    (entry) => (entry.flags & inherited) !== 0 || entry.type === allow || entry.type === allowObject,
  );
  const at = firstAfterDenials < 0 ? entries.length : firstAfterDenials;
  const entry = newEntry(allow, containerInherit, fullControl, sid);
  return {
    ...descriptor,
    accessList: {
      revision: descriptor.accessList?.revision ?? 4,
      entries: [...entries.slice(0, at), entry, ...entries.slice(at)],
    },
  };
}
