import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../src/ports/clock.ts';
import type { HttpUpgrades } from '../../src/ports/http.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { AgentDesk, AgentEntrance } from '../../src/ports/provisioning/agents.ts';
import { type AgentTimeouts, receiveAgent, type Visit } from './visit.ts';

/** What the entrance needs. */
export interface AgentEntranceOptions {
  readonly upgrades: HttpUpgrades;
  /** Path of the websocket, such as `/agent`. */
  readonly path: string;
  readonly desk: AgentDesk;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Agents connected at once; default 256. */
  readonly connections?: number;
  readonly timeouts?: Partial<AgentTimeouts>;
}

const usualTimeouts: AgentTimeouts = { introductionMs: 10_000, heartbeatMs: 20_000, visitMs: 60 * 60_000 };
/** A reply of AMT is at most some 100 KB, half as much again in base64: device-management-toolkit/rps takes no more than 102,400. */
const longestMessage = 262_144;
/** Useless messages are logged once in that time, with their number. */
const logEveryMs = 60_000;

/**
 * Receives agents (rpc-go) by websocket on the service's public HTTP server. Anybody may connect: what a connection may send, how long
 * it may take and how many there are is bounded, and what it wants is the desk's to judge.
 */
export function createAgentEntrance(options: AgentEntranceOptions): AgentEntrance {
  const { clock, logger, desk, connections = 256 } = options;
  const timeouts: AgentTimeouts = { ...usualTimeouts, ...options.timeouts };
  const server = new WebSocketServer({ noServer: true, maxPayload: longestMessage, perMessageDeflate: false });
  const visits = new Set<Visit>();
  const useless = new Map<string, number>();
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  let isClosing = false;

  function note(why: string): void {
    useless.set(why, (useless.get(why) ?? 0) + 1);
    const nowMs = clock.now().getTime();
    if (nowMs - loggedAtMs < logEveryMs) return;
    loggedAtMs = nowMs;
    logger.warn({ messages: Object.fromEntries(useless) }, 'agents were turned away');
    useless.clear();
  }

  function refuse(socket: Duplex, status: string): void {
    socket.on('error', () => socket.destroy());
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  function take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isFull = isClosing || visits.size >= connections;
    if (isFull) note('too_many');
    // Browsers name the page that a script runs on: no page has anything to say here.
    if (request.headers.origin !== undefined) refuse(socket, '403 Forbidden');
    else if (isFull) refuse(socket, '503 Service Unavailable');
    else server.handleUpgrade(request, socket, head, (connected) => welcome(connected, request));
  }

  function welcome(connected: WebSocket, { socket }: IncomingMessage): void {
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'unknown';
    const visit = receiveAgent(connected, address, desk, { timeouts, onUnusable: note });
    visits.add(visit);
    void visit.over.then(() => visits.delete(visit));
  }

  options.upgrades.at(options.path, take);
  return {
    async close() {
      isClosing = true;
      const open = [...visits];
      for (const visit of open) visit.end('The service is stopping. Start the agent again in a minute.');
      await Promise.all(open.map(({ over }) => over));
      server.close();
    },
  };
}
