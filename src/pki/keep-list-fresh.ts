import type { Logger } from '../ports/logger.ts';
import type { RevocationLists } from './revocation-lists.ts';

const refreshMs = 3_600_000;

/** Has the list renewed in time, also while nobody asks for it. Resolves after the first look, to what ends it. Never rejects. */
export async function keepListFresh(lists: RevocationLists, logger: Logger): Promise<() => Promise<void>> {
  const refresh = () =>
    lists.current().then(
      () => {},
      (error: unknown) => logger.error({ error }, 'the revocation list could not be renewed'),
    );
  await refresh();
  const timer = setInterval(() => void refresh(), refreshMs);
  return async () => clearInterval(timer);
}
