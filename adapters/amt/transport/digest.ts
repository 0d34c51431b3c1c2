import { hash, randomUUID } from 'node:crypto';

/** What a device asked for in its 401 (RFC 7616), with the count of requests made under this nonce. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** As it was sent; null when it was not, which means MD5. */
  readonly algorithm: string | null;
  /** `auth` is preferred; `auth-int` when only that is offered; null for the form without qop (RFC 2069). */
  readonly qop: 'auth' | 'auth-int' | null;
  /** True when the device says that only the nonce was too old. */
  readonly stale: boolean;
  /** Requests made under this nonce so far. */
  count: number;
}

const algorithms: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256' };

interface RawChallenge {
  readonly scheme: string;
  readonly values: Map<string, string>;
}

// A quoted string, a token or anything else up to the next separator: each alternative starts differently, so the scan
// is linear whatever a device sends.
const piece = /"((?:[^"\\]|\\[\s\S])*)"?|[^\s,="]+|=|[\s,]+/g;

/** Splits a WWW-Authenticate header: commas and `=` may stand inside quotes, several schemes may follow each other. */
function splitChallenges(header: string): RawChallenge[] {
  const found: RawChallenge[] = [];
  let word: string | null = null;
  let awaitsValue = false;
  const endWord = () => {
    if (word !== null) found.push({ scheme: word.toLowerCase(), values: new Map() });
    word = null;
  };
  for (const [text, quoted] of header.slice(0, 4_096).matchAll(piece)) {
    if (/^[\s,]/.test(text)) {
      if (text.includes(',')) awaitsValue = false;
      continue;
    }
    if (text === '=') {
      awaitsValue = word !== null;
      continue;
    }
    if (awaitsValue && word !== null) {
      const value = quoted === undefined ? text : quoted.replace(/\\([\s\S])/g, '$1');
      found.at(-1)?.values.set(word.toLowerCase(), value);
      word = null;
      awaitsValue = false;
      continue;
    }
    endWord();
    word = text;
  }
  endWord();
  return found;
}

function qopOf(offered: string | undefined): DigestChallenge['qop'] | 'unknown' {
  if (offered === undefined || offered.trim() === '') return null;
  const kinds = offered.split(',').map((one) => one.trim().toLowerCase());
  if (kinds.includes('auth')) return 'auth';
  return kinds.includes('auth-int') ? 'auth-int' : 'unknown';
}

/** The first digest challenge that we can answer; null when there is none. One text per header line. */
export function readChallenge(headers: readonly string[]): DigestChallenge | null {
  for (const { scheme, values } of headers.flatMap(splitChallenges)) {
    const realm = values.get('realm');
    const nonce = values.get('nonce');
    const algorithm = values.get('algorithm') ?? null;
    const qop = qopOf(values.get('qop'));
    if (scheme !== 'digest' || realm === undefined || nonce === undefined || qop === 'unknown') continue;
    if (algorithm !== null && algorithms[algorithm.toLowerCase()] === undefined) continue;
    const stale = values.get('stale')?.toLowerCase() === 'true';
    return { realm, nonce, opaque: values.get('opaque') ?? null, algorithm, qop, stale, count: 0 };
  }
  return null;
}

const algorithmOf = (challenge: DigestChallenge): string =>
  algorithms[challenge.algorithm?.toLowerCase() ?? 'md5'] ?? 'md5';

/** The only form in which a password is kept during a conversation: H(user:realm:password), good for this realm alone. */
export function secretHash(challenge: DigestChallenge, user: string, password: string): string {
  return hash(algorithmOf(challenge), `${user}:${challenge.realm}:${password}`);
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** One request as digest sees it. */
export interface DigestRequest {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
}

/**
 * The Authorization header for the next request under this challenge; counts it. `ha1` comes from `secretHash`.
 * `cnonce` is for tests with published vectors; by default it is random.
 */
export function authorize(
  challenge: DigestChallenge,
  user: string,
  ha1: string,
  request: DigestRequest,
  // Node keeps a stock of randomness for UUIDs: thirty times cheaper than eight random bytes of one's own.
  cnonce: string = randomUUID().replaceAll('-', ''),
): string {
  const { realm, nonce, opaque, qop } = challenge;
  const digest = (text: string) => hash(algorithmOf(challenge), text);
  challenge.count += 1;
  const count = challenge.count.toString(16).padStart(8, '0');
  const bodyPart = qop === 'auth-int' ? `:${digest(request.body)}` : '';
  const ha2 = digest(`${request.method}:${request.uri}${bodyPart}`);
  const response =
    qop === null ? digest(`${ha1}:${nonce}:${ha2}`) : digest(`${ha1}:${nonce}:${count}:${cnonce}:${qop}:${ha2}`);
  return (
    `Digest username=${quote(user)}, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(request.uri)}, ` +
    `response="${response}"` +
    (challenge.algorithm === null ? '' : `, algorithm=${challenge.algorithm}`) +
    (opaque === null ? '' : `, opaque=${quote(opaque)}`) +
    (qop === null ? '' : `, qop=${qop}, nc=${count}, cnonce="${cnonce}"`)
  );
}
