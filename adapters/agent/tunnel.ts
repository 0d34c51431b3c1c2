import type { Socket } from 'node:net';
import { heartbeatMessage, requestMessage } from './messages.ts';
import { AgentGoneError, TunnelSocket } from './tunnel-socket.ts';

/** Requests to AMT and their replies, through one agent. */
export interface Tunnel {
  connect(): Socket;
  /** Bytes that AMT answered. */
  reply(bytes: Buffer): void;
  /** Asks the agent whether it is there. */
  beat(): void;
  /** It is. */
  heartbeat(): void;
  /** The agent's connection to AMT broke. */
  broken(): void;
  /** The agent is gone. */
  end(): void;
}

/**
 * One request at a time, for replies carry no number. An agent that gets none from AMT says nothing about it and waits for the next
 * request; but it does one thing after the other, so that the answer to a heartbeat sent behind a request proves that no reply to that
 * will come any more (device-management-toolkit/rpc-go, internal/rps/executor.go). Until then the next request waits.
 */
export function createTunnel(send: (text: string) => void): Tunnel {
  let asking: TunnelSocket | null = null;
  let waiting: { readonly socket: TunnelSocket; readonly bytes: Buffer }[] = [];
  let beats = { sent: 0, answered: 0 };
  /** How many heartbeats must have been answered before a reply can be another than to a request that was given up. */
  let clearAt = 0;
  let isOver = false;

  function beat(): void {
    beats = { ...beats, sent: beats.sent + 1 };
    send(heartbeatMessage());
  }

  function next(): void {
    if (asking || beats.answered < clearAt) return;
    const first = waiting.shift();
    if (!first) return;
    asking = first.socket;
    send(requestMessage(first.bytes));
  }

  function giveUp(socket: TunnelSocket): void {
    waiting = waiting.filter((one) => one.socket !== socket);
    if (asking !== socket) return;
    asking = null;
    if (isOver) return;
    beat();
    clearAt = beats.sent;
  }

  return {
    connect() {
      const socket: TunnelSocket = new TunnelSocket({
        send(bytes) {
          waiting.push({ socket, bytes });
          if (isOver) socket.destroy(new AgentGoneError());
          else next();
        },
        done: () => giveUp(socket),
      });
      return socket;
    },
    reply(bytes) {
      const answered = asking;
      asking = null;
      answered?.answer(bytes);
      next();
    },
    beat,
    heartbeat() {
      beats = { ...beats, answered: beats.answered + 1 };
      next();
    },
    broken() {
      asking?.destroy(new AgentGoneError());
    },
    end() {
      isOver = true;
      const sockets = [...(asking ? [asking] : []), ...waiting.map(({ socket }) => socket)];
      for (const socket of sockets) socket.destroy(new AgentGoneError());
    },
  };
}
