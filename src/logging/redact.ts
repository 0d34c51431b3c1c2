import { isNativeError } from 'node:util/types';

/** What stands in the place of a value that must not be read. */
const mask = '[redacted]';

const secretName = /pass(word|wd|phrase)|token|secret|authorization|cookie|api_?-?key|private_?-?key/i;

/** True when a key, option or header of this name carries a secret, judged by the words in it. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Secrets that are recognisable wherever they stand, and what is kept of them. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // Slack: bot, user, app-level, refresh and legacy tokens (https://docs.slack.dev/authentication/tokens).
  [/\b(?:xox[a-z]|xapp|xwfp)(?:\.[a-z]+)?-[\w-]{4,}/gi, mask],
  // RFC 7519: a JSON Web Token, as the Bot Framework and Microsoft Entra issue them.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, mask],
  // RFC 9110, section 11: credentials of any usual scheme, to the end of the line or quote.
  [/\b(Bearer|Basic|Negotiate)\s+(?=[^\s"']*[=+/._\d-])[^\r\n"']{8,}/gi, `$1 ${mask}`],
  [/\b(Digest)\s+\w+=[^\r\n]*/gi, `$1 ${mask}`],
  // RFC 3986: user information in a URL, such as postgres://user:password@host.
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/?#@]*):[^\s/?#]*@(?=[^\s@]+)/gi, `$1:${mask}@`],
  // name=value and name: value, also within JSON, query strings and form bodies.
  [
    /((?:pass(?:word|wd|phrase)|token|secret|api_?-?key|cookie)["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&"'}\]]+)/gi,
    `$1${mask}`,
  ],
  // PEM private keys, whole or cut off.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
];

/** The text without the secrets that can be told by their shape. Never longer than `limit` characters and a mark. */
export function redactText(text: string, limit = 4_000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)} ... (${text.length} characters)` : text;
  return shapes.reduce((kept, [shape, replacement]) => kept.replace(shape, replacement), cut);
}

const deepest = 8;
const mostItems = 100;

/**
 * A copy fit for a log line: secret keys masked at any depth, texts cleaned, errors reduced to what helps, cycles and
 * endless structures cut. Getters are not called and classes lose their type, so logging has no effect on what is logged.
 */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(fields, 0, new Set([fields]));
}

function redactObject(value: object, depth: number, above: ReadonlySet<object>): Record<string, unknown> {
  const entries = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([, property]) => property.enumerable);
  const kept = entries.slice(0, mostItems).map(([key, property]) => {
    const inner: unknown = 'value' in property ? property.value : '[getter]';
    // Yes, no and nothing give no secret away, and say whether one is set.
    const hidden = isSecretName(key) && inner !== null && inner !== undefined && typeof inner !== 'boolean';
    return [key, hidden ? mask : redactValue(inner, depth + 1, above)] as const;
  });
  if (entries.length > mostItems) kept.push(['...', `${entries.length - mostItems} more`]);
  return Object.fromEntries(kept);
}

function redactValue(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth >= deepest) return '[deeper]';
  const within = new Set([...above, value]);
  if (value instanceof Error || isNativeError(value)) return redactError(value, depth, within);
  if (value instanceof Map) return redactObject(Object.fromEntries(value), depth, within);
  if (value instanceof Set) return redactList([...value], depth, within);
  return Array.isArray(value) ? redactList(value, depth, within) : redactObject(value, depth, within);
}

function redactList(list: readonly unknown[], depth: number, above: ReadonlySet<object>): unknown[] {
  const kept = list.slice(0, mostItems).map((item, index) => {
    // Raw headers come as [name, value, name, value ...].
    const before = list[index - 1];
    const follows = typeof before === 'string' && before.length < 40 && isSecretName(before);
    return follows && typeof item === 'string' ? mask : redactValue(item, depth + 1, above);
  });
  return list.length > mostItems ? [...kept, `... ${list.length - mostItems} more`] : kept;
}

/** Foreign errors carry requests, responses and configurations; these fields help and hold none of that. */
const errorFields = ['code', 'errno', 'syscall', 'address', 'port', 'hostname', 'statusCode', 'status', 'evidence'];

function redactError(error: Error, depth: number, above: ReadonlySet<object>): Record<string, unknown> {
  const kept: Record<string, unknown> = { name: error.name, message: redactText(error.message, 1_000) };
  for (const field of errorFields) {
    const value: unknown = Object.getOwnPropertyDescriptor(error, field)?.value;
    if (value !== undefined) kept[field] = redactValue(value, depth + 1, above);
  }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  if (frames.length > 0) kept.stack = frames.slice(0, 12).map((line) => line.trim());
  if (error.cause !== undefined) kept.cause = redactValue(error.cause, depth + 1, above);
  if ('errors' in error && Array.isArray(error.errors)) kept.errors = redactList(error.errors, depth + 1, above);
  return kept;
}
