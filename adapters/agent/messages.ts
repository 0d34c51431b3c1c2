import { z } from 'zod';
import type { AgentFacts } from '../../src/ports/provisioning/agents.ts';

/**
 * The protocol between rpc-go and its server, version 4.0.0: JSON texts over a websocket. Names and values as in
 * device-management-toolkit/rpc-go (internal/rps: message.go, rps.go, executor.go) and device-management-toolkit/rps
 * (src/utils/ClientResponseMsg.ts, src/Validator.ts).
 */
const protocolVersion = '4.0.0';

const envelopeSchema = z.object({
  method: z.string().max(1_024),
  appVersion: z.string().max(64).default(''),
  protocolVersion: z.string().max(32).default(''),
  // Go writes what is not there as null.
  payload: z.string().nullish(),
});

const activationSchema = z.object({
  ver: z.string().max(32),
  uuid: z.union([z.string().max(64), z.array(z.int().min(0).max(255)).length(16)]),
  username: z.string().max(64).default(''),
  password: z.string().max(256).default(''),
  currentMode: z.int(),
  hostname: z.string().max(255).default(''),
  fqdn: z.string().max(255).default(''),
  certHashes: z.array(z.string().max(128)).max(64).nullish(),
  tlsEnforced: z.boolean().default(false),
});

/** What an agent wants that has just connected. */
export interface Activation {
  readonly kind: 'activate';
  readonly facts: Omit<AgentFacts, 'address'>;
  /** What stood behind `--profile`. */
  readonly key: string;
  /** What AMT lets in by its local interface; from a PC that is set up, what somebody typed. */
  readonly account: { readonly user: string; readonly password: string };
}

/**
 * One message of an agent. `reply`: all bytes that AMT answered to one request. `heartbeat`: it is still there. `reset`: its connection
 * to AMT broke.
 */
export type AgentMessage =
  | Activation
  | { readonly kind: 'reply'; readonly bytes: Buffer }
  | { readonly kind: 'heartbeat' | 'reset' }
  | { readonly kind: 'unusable'; readonly why: UnusableMessage };

/** Why a message is of no use. */
export type UnusableMessage = 'malformed' | 'protocol_version' | 'method' | 'uuid';

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const controlModes = ['none', 'client', 'admin'] as const;
const unusable = (why: UnusableMessage): AgentMessage => ({ kind: 'unusable', why });

/** Reads what an agent sent. Never throws. */
export function readMessage(text: string): AgentMessage {
  const envelope = envelopeSchema.safeParse(jsonIn(text));
  if (!envelope.success) return unusable('malformed');
  const { method, payload } = envelope.data;
  if (!speaksOurs(envelope.data.protocolVersion)) return unusable('protocol_version');
  // The command line stands in the method: `activate --profile NAME`.
  const [verb = '', ...options] = method.split(' ').filter((word) => word !== '');
  if (verb === 'heartbeat_response') return { kind: 'heartbeat' };
  if (verb === 'connection_reset') return { kind: 'reset' };
  const bytes = Buffer.from(payload ?? '', 'base64');
  if (verb === 'response') return { kind: 'reply', bytes };
  if (verb !== 'activate') return unusable('method');
  const given = activationSchema.safeParse(jsonIn(bytes.toString('utf8')));
  if (!given.success) return unusable('malformed');
  const { ver, username, password, currentMode, hostname, fqdn, certHashes, tlsEnforced } = given.data;
  const uuid = canonicalUuid(given.data.uuid);
  if (uuid === null) return unusable('uuid');
  return {
    kind: 'activate',
    key: options.find((_, place) => options[place - 1] === '--profile') ?? '',
    account: { user: username, password },
    facts: {
      uuid,
      amtVersion: ver,
      controlMode: controlModes[currentMode] ?? 'unknown',
      hostName: hostname,
      dnsSuffix: fqdn,
      rootHashes: (certHashes ?? []).map((one) => one.toLowerCase()).filter((one) => /^[0-9a-f]{40,96}$/.test(one)),
      localTls: tlsEnforced,
      agentVersion: envelope.data.appVersion,
    },
  };
}

/** Passes a raw HTTP request on to AMT's local port. */
export const requestMessage = (bytes: Buffer): string => message('wsman', 'ok', '', bytes.toString('base64'));

/** Asks whether the agent is still there. */
export const heartbeatMessage = (): string => message('heartbeat_request', 'heartbeat', '', '');

/** The last message: the agent shows `text` and ends well or not. */
export function farewellMessage(ok: boolean, text: string): string {
  return message(ok ? 'success' : 'error', ok ? 'success' : 'failed', JSON.stringify({ Status: text }), '');
}

function message(method: string, status: string, words: string, payload: string): string {
  // The key is not used by anybody: rpc-go always sends `key`, its server `xxxxx`.
  const unused = { apiKey: 'xxxxx', fqdn: '', tenantId: '' };
  return JSON.stringify({ method, ...unused, appVersion: 'oob', protocolVersion, status, message: words, payload });
}

/** The same major version, and none that is newer than what we know, as device-management-toolkit/rps has it. */
function speaksOurs(version: string): boolean {
  const [major, minor = 0] = version.split('.').map(Number);
  return major === 4 && minor === 0;
}

/** Old agents send sixteen numbers in the byte order of SMBIOS: the first three fields are little-endian. */
function canonicalUuid(uuid: string | readonly number[]): string | null {
  const text = typeof uuid === 'string' ? uuid.toLowerCase() : fromBytes(Buffer.from(uuid));
  return uuidShape.test(text) ? text : null;
}

function fromBytes(bytes: Buffer): string {
  const swapped = Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]).toString('hex');
  return swapped.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
