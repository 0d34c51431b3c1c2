import { createServer, type Server } from 'node:http';
import express from 'express';
import type { HttpUpgrades, PublicHttp, TakeUpgrade } from '../ports/http.ts';

/** What the health routes ask. */
export interface HealthChecks {
  /** Rejects when the service can't do its work now (database away, stopping). */
  readonly ready: () => Promise<void>;
}

/** The public HTTP server with `/healthz` (the process lives) and `/readyz` (it can work). Adapters mount on `app` before `listen`. */
export interface PublicServer {
  readonly app: PublicHttp;
  /** Until somebody takes upgrades here they are answered as if nothing had been asked. */
  readonly upgrades: HttpUpgrades;
  /** Resolves to the port that is listened on. Rejects with the system's error, such as EADDRINUSE. */
  listen(host: string, port: number): Promise<number>;
  close(): Promise<void>;
}

/** Makes the server; nothing listens yet. */
export function createPublicServer(checks: HealthChecks): PublicServer {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    try {
      await checks.ready();
      response.json({ status: 'ready' });
    } catch (error) {
      // The reason is for the people who run the service; it holds no secrets, but no more than a word is needed here.
      response.status(503).json({ status: 'not ready', why: error instanceof Error ? error.name : 'unknown' });
    }
  });
  const server: Server = createServer(app);
  const takers = new Map<string, TakeUpgrade>();
  const hand: TakeUpgrade = (request, socket, head) => {
    const take = takers.get(request.url?.split('?')[0] ?? '');
    if (take) return take(request, socket, head);
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };
  return {
    app,
    upgrades: {
      at(path, take) {
        if (takers.size === 0) server.on('upgrade', hand);
        takers.set(path, take);
      },
    },
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
