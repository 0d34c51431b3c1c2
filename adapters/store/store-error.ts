/** What can be wrong with the store, as a code to match on. The message is a sentence for the person who runs the service. */
export type StoreErrorCode =
  | 'ERR_STORE_IN_USE'
  | 'ERR_STORE_UNREACHABLE'
  | 'ERR_STORE_TOO_OLD'
  | 'ERR_STORE_OTHER_MAJOR'
  | 'ERR_STORE_NO_BINARIES'
  | 'ERR_STORE_NOT_ALLOWED'
  | 'ERR_STORE_DID_NOT_START'
  | 'ERR_STORE_MIGRATION_CHANGED'
  | 'ERR_STORE_NEWER'
  | 'ERR_STORE_LOST'
  | 'ERR_TRAIL_ANCHORS'
  | 'ERR_INVENTORY_DUPLICATE'
  | 'ERR_SECRET_KEY'
  | 'ERR_SECRET_FILE'
  | 'ERR_SECRET_NAME';

/** A failure of the store itself. Messages name files, addresses and what to do; never a password or a key. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** The `code` of somebody else's error (a system error's name, a SQLSTATE), empty when it has none. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
