/** Secrets by name, kept encrypted outside the database so that they are there before it. */
export interface SecretStore {
  /** Adds or replaces a secret; it is on disk when this resolves. Names are letters, digits, `.`, `-` and `_`, 100 at most. */
  set(name: string, value: string): Promise<void>;
  /** The secret, null when there is none of that name. */
  get(name: string): Promise<string | null>;
  /** When it was set; null: there is none of that name, or it was set before that was noted. */
  setAt(name: string): Promise<Date | null>;
  /** Names in alphabetical order. */
  names(): Promise<readonly string[]>;
  /** False when there was none of that name. */
  remove(name: string): Promise<boolean>;
}
