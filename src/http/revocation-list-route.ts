import type { PublicHttp } from '../ports/http.ts';
import type { Logger } from '../ports/logger.ts';

/** A list that has been made, for longer than this is not kept by those between. */
const longestCacheSeconds = 3_600;

/**
 * Serves the revocation list at `/crl.der`, to anybody: it is public, and whoever checks a certificate has no account here. A few
 * seconds' old copy answers bursts.
 */
export function mountRevocationList(
  app: PublicHttp,
  current: () => Promise<{ readonly der: Uint8Array; readonly nextUpdate: Date; readonly thisUpdate: Date }>,
  { logger, now }: { readonly logger: Logger; readonly now: () => Date },
): void {
  let kept: { readonly at: number; readonly list: ReturnType<typeof current> } | null = null;
  app.get('/crl.der', async (_request, response) => {
    try {
      const at = now().getTime();
      if (kept === null || Math.abs(at - kept.at) > 5_000) kept = { at, list: current() };
      const { der, thisUpdate, nextUpdate } = await kept.list;
      const left = Math.floor((nextUpdate.getTime() - at) / 1_000);
      response.setHeader('content-type', 'application/pkix-crl');
      response.setHeader('cache-control', `public, max-age=${Math.max(0, Math.min(left, longestCacheSeconds))}`);
      response.setHeader('last-modified', thisUpdate.toUTCString());
      response.end(Buffer.from(der));
    } catch (error) {
      kept = null;
      logger.error({ error }, 'the revocation list could not be made');
      response.status(503).end();
    }
  });
}
