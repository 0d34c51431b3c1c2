import type { Config } from '../config/schema.ts';
import type { SecretSources } from '../config/secrets/resolve-secret.ts';
import type { Logger } from '../ports/logger.ts';

/** What is handed to the composition besides the configuration. */
export interface Surroundings {
  readonly config: Config;
  readonly secrets: SecretSources;
  readonly logger: Logger;
  readonly databaseUrl: string | undefined;
  /** The demo's console lets one speak as anybody; else tokens decide. */
  readonly demo: { readonly hints: readonly string[] } | null;
  /** The store is lost: nothing can be kept any more. */
  readonly onFatal: (error: Error) => void;
}
