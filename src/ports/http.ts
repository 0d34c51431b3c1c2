import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';

/**
 * The service's one public HTTP server. Adapters that receive over HTTP mount their routes on it while they are made; nothing
 * global (such as a body parser) is installed on it, for Slack's signature needs the raw body.
 */
export type PublicHttp = Express;

/** Takes over one connection that asked to speak another protocol; `head`: what came behind the request. */
export type TakeUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Connections of the public server that become something else, websockets above all. */
export interface HttpUpgrades {
  /** Whoever asks for an upgrade at exactly this path is handed over, and is the taker's to close. */
  at(path: string, take: TakeUpgrade): void;
}
