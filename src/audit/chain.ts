import { createHash } from 'node:crypto';
import type { TrailEntry } from '../ports/trail/trail-store.ts';

/** What stands as the previous hash of the first entry. */
export const genesisHash = '0'.repeat(64);

/**
 * Hash of one entry of the trail: SHA-256, lower-case hex, over the previous entry's hash and this entry's canonical JSON.
 * The same for an entry that is about to be written and for one that was read back.
 */
export function hashEntry(previousHash: string, sequence: number, entry: TrailEntry): string {
  const { at, kind, actor, requestId, data } = entry;
  return createHash('sha256')
    .update(previousHash)
    .update(canonicalJson({ sequence, at, kind, actor, requestId, data }))
    .digest('hex');
}

/**
 * One text for one JSON value: keys sorted at every depth, no white space, numbers and strings as ECMAScript writes them
 * (RFC 8785, JSON Canonicalization Scheme). Values JSON does not have are treated as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  const plain: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
  return write(plain);
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`);
  return `{${members.join(',')}}`;
}
