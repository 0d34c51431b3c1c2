import { hash } from 'node:crypto';
import { isLockedOut, loginOf } from '../classes/security/acl.ts';
import { localLoginOf } from '../classes/setup/local-account.ts';
import type { Device } from '../device.ts';
import { numberOf } from '../faults.ts';
import type { Caller } from './caller.ts';
import type { HttpRequest } from './http-request.ts';
import { countFailure, forgetNonce } from './nonces.ts';

/** How an Authorization header was judged; everything but `accepted` is answered 401. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly caller: Omit<Caller, 'address'> }
  /** The account is known by that name or not; the password is not right. */
  | { readonly kind: 'wrong'; readonly name: string }
  | { readonly kind: 'missing' | 'malformed' | 'unknown-nonce' | 'replayed' | 'locked' };

/**
 * Judges the digest of one request, RFC 7616 with MD5: account, realm, nonce, rising nonce count, uri, qop and the
 * response over method and uri, with auth-int over the body as well.
 *
 * @param nowMs milliseconds since 1970
 * @param isLocal it came by the local interface
 */
export function judge(device: Device, request: HttpRequest, nowMs: number, isLocal = false): Verdict {
  if (request.authorization === undefined) return { kind: 'missing' };
  const given = digestParameters(request.authorization);
  if (!given) return { kind: 'malformed' };
  const { nonces } = device;
  const name = given.get('username') ?? '';
  if (nowMs < (nonces.lockedUntilMs.get(name) ?? 0) || isLockedOut(device, nowMs)) return { kind: 'locked' };
  const nonce = nonces.known.find((known) => known.value === given.get('nonce'));
  if (!nonce) return { kind: 'unknown-nonce' };
  const nc = given.get('nc') ?? '';
  const cnonce = given.get('cnonce') ?? '';
  const qop = given.get('qop') ?? '';
  const uri = given.get('uri') ?? '';
  const offered = device.persona.qop.split(', ');
  if (!/^[0-9a-f]{8}$/i.test(nc) || cnonce === '' || !offered.includes(qop) || uri !== request.target)
    return { kind: 'malformed' };
  const count = Number.parseInt(nc, 16);
  if (count <= nonce.count) return { kind: 'replayed' };
  const act = `${request.method}:${uri}`;
  const a2 = hash('md5', qop === 'auth-int' ? `${act}:${hash('md5', request.body)}` : act);
  const login = (isLocal && localLoginOf(device, name)) || loginOf(device, name, isLocal);
  const expected = hash('md5', `${login?.hash ?? ''}:${nonce.value}:${nc}:${cnonce}:${qop}:${a2}`);
  const matches = given.get('response')?.toLowerCase() === expected;
  if (!matches || !login || given.get('realm') !== device.realm) {
    countFailure(nonces, name, nowMs);
    return { kind: 'wrong', name };
  }
  nonces.failures.delete(name);
  nonce.count = count;
  nonce.uses += 1;
  const reset = device.faults.get('nonce-reset');
  if (reset && nonce.uses >= numberOf(reset, 2)) forgetNonce(nonces, nonce);
  return { kind: 'accepted', caller: login.caller };
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
