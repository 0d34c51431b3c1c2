import { randomBytes } from 'node:crypto';

/** A nonce given out. */
export interface Nonce {
  readonly value: string;
  /** Highest nonce count seen. */
  count: number;
  /** Requests accepted with it. */
  uses: number;
}

/** What the digest server of one device remembers. */
export interface Nonces {
  /** Newest last. */
  readonly known: Nonce[];
  /** Wrong passwords in a row by account. */
  readonly failures: Map<string, number>;
  /** Until when an account is refused, in milliseconds since 1970. */
  readonly lockedUntilMs: Map<string, number>;
}

/** Firmware has little memory; how many nonces it keeps is not known. `[guess]` */
const keptNonces = 8;

/** Nothing given out yet. */
export const createNonces = (): Nonces => ({ known: [], failures: new Map(), lockedUntilMs: new Map() });

/**
 * Wrong passwords in a row until an account is locked, and for how long. The sentence in the 401 page proves that
 * there is such a lock; its numbers are not published. `[guess]`
 */
const lockAfter = 8;
const lockedMs = 3000;
/** Names that were made up must not fill the memory. */
const countedNames = 32;

/** Counts a wrong password, and locks the account when there were too many. */
export function countFailure(nonces: Nonces, name: string, nowMs: number): void {
  if (nonces.failures.size >= countedNames && !nonces.failures.has(name)) nonces.failures.clear();
  const failures = (nonces.failures.get(name) ?? 0) + 1;
  nonces.failures.set(name, failures);
  if (failures < lockAfter) return;
  nonces.failures.delete(name);
  if (nonces.lockedUntilMs.size >= countedNames) nonces.lockedUntilMs.clear();
  nonces.lockedUntilMs.set(name, nowMs + lockedMs);
}

/**
 * A fresh nonce: 24 bytes in base64, hence without padding, six varying, six zero, twelve random, as in the recorded
 * challenges `[capture]`. Clients exist that cannot read a nonce with `=` in it (MeshCentral).
 */
export function issueNonce(nonces: Nonces): string {
  const bytes = Buffer.alloc(24);
  randomBytes(6).copy(bytes, 0);
  randomBytes(12).copy(bytes, 12);
  const value = bytes.toString('base64');
  nonces.known.push({ value, count: 0, uses: 0 });
  if (nonces.known.length > keptNonces) nonces.known.shift();
  return value;
}

/** Forgets one nonce, as firmware does now and then. */
export function forgetNonce(nonces: Nonces, nonce: Nonce): void {
  const place = nonces.known.indexOf(nonce);
  if (place >= 0) nonces.known.splice(place, 1);
}
