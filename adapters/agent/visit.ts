import type { WebSocket } from 'ws';
import type { Agent, AgentDesk, AgentFarewell } from '../../src/ports/provisioning/agents.ts';
import { type Activation, farewellMessage, readMessage, type UnusableMessage } from './messages.ts';
import { createTunnel } from './tunnel.ts';
import { AgentGoneError } from './tunnel-socket.ts';

/** How long an agent may take, each in milliseconds. */
export interface AgentTimeouts {
  /** From the connection to the message that says what it wants. */
  readonly introductionMs: number;
  /** Between two heartbeats; an agent that says nothing while three are asked for is gone. */
  readonly heartbeatMs: number;
  /** For all of it. */
  readonly visitMs: number;
}

/** One agent that is connected. */
export interface Visit {
  /** Resolves when all is over; never rejects. */
  readonly over: Promise<void>;
  /** Says good-bye with this text and closes. */
  end(text: string): void;
}

/** What is told to an agent whose message is of no use, and by which it is counted. */
const complaints: Readonly<Record<UnusableMessage, string>> = {
  malformed: 'This message is none of the protocol.',
  protocol_version: 'This service speaks version 4.0 of the protocol: use a current rpc-go.',
  method: 'Only `activate` is done here. What else is to be done with this PC is asked for in chat.',
  uuid: 'The UUID of this PC can not be read.',
};

/** Bytes of the first message: little is known of who sends it. */
const introductionBytes = 65_536;
const unreadable = { kind: 'unusable', why: 'malformed' } as const;

/** Receives one agent: hears what it wants, hands it to the desk, and carries what is said to AMT until the desk is done. */
export function receiveAgent(
  socket: WebSocket,
  address: string,
  desk: AgentDesk,
  { timeouts, onUnusable }: { readonly timeouts: AgentTimeouts; readonly onUnusable: (why: string) => void },
): Visit {
  const gone = new AbortController();
  let state: 'new' | 'received' | 'over' = 'new';
  const tunnel = createTunnel(send);
  let beatsSinceHeard = 0;
  let settle: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let limit = setTimeout(tooLong, timeouts.introductionMs);
  const heart = setInterval(beat, timeouts.heartbeatMs);

  function send(text: string): void {
    if (socket.readyState === socket.OPEN) socket.send(text, () => {});
  }

  function finish(): void {
    const wasReceived = state === 'received';
    state = 'over';
    clearTimeout(limit);
    clearInterval(heart);
    gone.abort(new AgentGoneError());
    tunnel.end();
    // The desk settles it otherwise, once it has put away what it was doing.
    if (!wasReceived) settle();
  }

  function part({ ok, text }: AgentFarewell): void {
    send(farewellMessage(ok, text));
    socket.close(1000);
  }

  function end(text: string): void {
    if (state === 'over') return;
    part({ ok: false, text });
    finish();
  }

  function tooLong(): void {
    end('This took too long.');
  }

  function beat(): void {
    // Counted, not timed: a service that was held up itself has not asked.
    if (beatsSinceHeard === 3) {
      socket.terminate();
      return;
    }
    beatsSinceHeard += 1;
    if (state === 'received') tunnel.beat();
  }

  async function receive(agent: Agent): Promise<void> {
    clearTimeout(limit);
    limit = setTimeout(tooLong, timeouts.visitMs);
    const farewell = await desk.receive(agent);
    part(farewell);
    finish();
    settle();
  }

  function hear(text: string): void {
    beatsSinceHeard = 0;
    if (state === 'over') return;
    const said = state === 'new' && text.length > introductionBytes ? unreadable : readMessage(text);
    switch (said.kind) {
      case 'activate':
        if (state === 'new') introduce(said);
        else complain('malformed');
        break;
      case 'reply':
        tunnel.reply(said.bytes);
        break;
      case 'reset':
        tunnel.broken();
        break;
      case 'unusable':
        complain(said.why);
        break;
      default:
        tunnel.heartbeat();
    }
  }

  function introduce({ facts, key, account }: Activation): void {
    state = 'received';
    // Once AMT is set up the agent has no such account any more, and sends what somebody typed.
    const localAccount = facts.controlMode === 'none' ? account : null;
    void receive({ facts: { ...facts, address }, key, localAccount, connect: tunnel.connect, gone: gone.signal });
  }

  function complain(why: UnusableMessage): void {
    onUnusable(why);
    if (state === 'new') end(complaints[why]);
    else socket.terminate();
  }

  socket.on('message', (data, isBinary) => {
    if (isBinary || !(data instanceof Buffer)) complain('malformed');
    else hear(data.toString('utf8'));
  });
  socket.on('error', () => socket.terminate());
  socket.once('close', finish);
  return { over, end };
}
