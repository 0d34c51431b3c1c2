/** A string that PostgreSQL can keep: neither text nor jsonb take U+0000, and jsonb refuses lone surrogates. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** As `storableText`, and null stays null. */
export function storableTextOrNull(text: string | null): string | null {
  return text === null ? null : storableText(text);
}

/** JSON text for a json or jsonb parameter, with every string in it storable, keys included. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON.stringify writes a lone surrogate and U+0000 as an escape, so text without a backslash has neither.
  if (text === undefined) return 'null';
  return text.includes('\\u') ? JSON.stringify(storableValue(JSON.parse(text))) : text;
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storableValue(inner)]));
}
