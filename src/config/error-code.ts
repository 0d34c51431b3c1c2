/** The `code` of a thrown value (`ENOENT` ...), null when it has none. Errors of Node.js are not asked for their class, which differs between realms. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
