import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

/** The operator's web server: gives out the files of one folder. */
export interface WebServer {
  /** From now on this file is not there; null: all are. */
  hide(file: string | null): void;
  stop(): Promise<void>;
}

/** On TCP 80 of the address. */
export async function startWebServer(address: string, folder: string): Promise<WebServer> {
  let hidden: string | null = null;
  const server = createServer((request, response) => {
    const name = basename(request.url ?? '');
    const reading = name === hidden ? Promise.reject(new Error('hidden')) : readFile(join(folder, name));
    reading.then(
      (bytes) => response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(80, address);
  await once(server, 'listening');
  return {
    hide: (file) => {
      hidden = file;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
