import type { Express } from 'express';

/**
 * The service's one public HTTP server. Adapters that receive over HTTP mount their routes on it while they are made; nothing
 * global (such as a body parser) is installed on it, for Slack's signature needs the raw body.
 */
export type PublicHttp = Express;
