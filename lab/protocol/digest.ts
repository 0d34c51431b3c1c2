import { hash } from 'node:crypto';
import type { Device } from '../device.ts';
import { numberOf } from '../faults.ts';
import type { HttpRequest } from './http-request.ts';
import { forgetNonce } from './nonces.ts';

/**
 * Wrong passwords in a row until the account is locked, and for how long. The sentence in the 401 page proves that
 * there is such a lock; its numbers are not published. `[guess]` */
const lockAfter = 8;
const lockedMs = 3000;

/** How an Authorization header was judged; everything but `accepted` is answered 401. */
export type Verdict = 'accepted' | 'missing' | 'malformed' | 'unknown-nonce' | 'replayed' | 'wrong' | 'locked';

/**
 * Judges the digest of one request, RFC 7616 with MD5 and user `admin`: realm, nonce, rising nonce count, uri, qop
 * and the response over method and uri, with auth-int over the body as well.
 *
 * @param nowMs milliseconds since 1970
 */
export function judge(device: Device, request: HttpRequest, nowMs: number): Verdict {
  if (request.authorization === undefined) return 'missing';
  const given = digestParameters(request.authorization);
  if (!given) return 'malformed';
  if (nowMs < device.nonces.lockedUntilMs) return 'locked';
  const nonce = device.nonces.known.find((known) => known.value === given.get('nonce'));
  if (!nonce) return 'unknown-nonce';
  const nc = given.get('nc') ?? '';
  const cnonce = given.get('cnonce') ?? '';
  const qop = given.get('qop') ?? '';
  const uri = given.get('uri') ?? '';
  const offered = device.persona.qop.split(', ');
  if (!/^[0-9a-f]{8}$/i.test(nc) || cnonce === '' || !offered.includes(qop) || uri !== request.target)
    return 'malformed';
  const count = Number.parseInt(nc, 16);
  if (count <= nonce.count) return 'replayed';
  const act = `${request.method}:${uri}`;
  const a2 = hash('md5', qop === 'auth-int' ? `${act}:${hash('md5', request.body)}` : act);
  const expected = hash('md5', `${device.adminHash}:${nonce.value}:${nc}:${cnonce}:${qop}:${a2}`);
  const matches = given.get('response')?.toLowerCase() === expected;
  if (!matches || given.get('username') !== 'admin' || given.get('realm') !== device.realm) {
    device.nonces.failures += 1;
    if (device.nonces.failures >= lockAfter) {
      device.nonces.failures = 0;
      device.nonces.lockedUntilMs = nowMs + lockedMs;
    }
    return 'wrong';
  }
  device.nonces.failures = 0;
  nonce.count = count;
  nonce.uses += 1;
  const reset = device.faults.get('nonce-reset');
  if (reset && nonce.uses >= numberOf(reset, 2)) forgetNonce(device.nonces, nonce);
  return 'accepted';
}

/**
 * The parameters of `Digest a="b", c=d`; quotes are optional everywhere, as devices take nc and qop either way (the
 * toolkit's MPS quotes them).
 *
 * @returns undefined when it is another scheme or not of this form
 */
function digestParameters(header: string): Map<string, string> | undefined {
  if (!/^digest\s/i.test(header)) return undefined;
  const found = new Map<string, string>();
  const parameter = /\s*([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/giy;
  parameter.lastIndex = 7;
  while (parameter.lastIndex < header.length) {
    const match = parameter.exec(header);
    if (!match) return undefined;
    found.set((match[1] ?? '').toLowerCase(), (match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1'));
  }
  return found;
}
