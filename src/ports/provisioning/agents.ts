import type { Socket } from 'node:net';
import type { ControlMode } from '../amt/setup.ts';

/** What an agent says of its PC. Nothing of it is proved: whoever can connect can say it. */
export interface AgentFacts {
  /** SMBIOS UUID, dashed and lower case. */
  readonly uuid: string;
  /** Version of AMT, such as `16.1.25`. */
  readonly amtVersion: string;
  readonly controlMode: ControlMode | 'unknown';
  /** Name of the PC in its operating system; empty when it did not say. */
  readonly hostName: string;
  /** The DNS suffix that a provisioning certificate has to lie in; empty when there is none. */
  readonly dnsSuffix: string;
  /** Hashes of the roots that its firmware trusts, lower-case hex; SHA-1, SHA-256 or SHA-384 by their length. */
  readonly rootHashes: readonly string[];
  /** AMT takes TLS only, on its local port too: firmware from AMT 19 on. */
  readonly localTls: boolean;
  /** Version of the agent itself. */
  readonly agentVersion: string;
  /** IP address of the PC, or of what stands between. */
  readonly address: string;
}

/** An agent on a PC that has come to have it set up. */
export interface Agent {
  readonly facts: AgentFacts;
  /** What it was started with to show that it is one of ours; empty when nothing. Secret. */
  readonly key: string;
  /** The account that AMT lets in by its local interface until it is set up; null once it is. Secret. */
  readonly localAccount: { readonly user: string; readonly password: string } | null;
  /** A new connection to AMT's local interface, plain HTTP, good for one request and its reply. Nothing is sent yet. */
  connect(): Socket;
  /** Aborted when the agent is gone. */
  readonly gone: AbortSignal;
}

/** What an agent is told at the end: it writes the text on the PC's screen and ends with success or failure. */
export interface AgentFarewell {
  readonly ok: boolean;
  /** One line, no secrets. */
  readonly text: string;
}

/** Takes agents. */
export interface AgentDesk {
  /** Does what is to be done with the PC; the agent stays connected until this settles. Never rejects. */
  receive(agent: Agent): Promise<AgentFarewell>;
}

/** Where agents come in. */
export interface AgentEntrance {
  /** Ends every connection; resolves when what was under way with them has ended. */
  close(): Promise<void>;
}
