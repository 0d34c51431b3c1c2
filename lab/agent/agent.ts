import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { localAccountName, localPasswordOf } from '../classes/setup/local-account.ts';
import { controlModeOf } from '../classes/setup/provisioning.ts';
import type { Device } from '../device.ts';

/** How an agent is started, and what goes wrong with it. */
export interface AgentWish {
  /** `ws://` or `wss://`, as behind `rpc activate -u`. */
  readonly url: string;
  /** As behind `--profile`. */
  readonly profile: string;
  /** As behind `--password`: a PC that is set up is not even reported without one. */
  readonly password?: string;
  /** Its process ends at the Nth request, before AMT has seen it. */
  readonly vanishAt?: number;
  /** AMT carries the first request with this text in it out, and its reply is lost: the agent waits on. */
  readonly loseReplyTo?: string;
  /** Its process ends once AMT has carried out the first request with this text in it. */
  readonly vanishAfter?: string;
  /** Default 4.0.0. */
  readonly protocolVersion?: string;
  /** Another UUID than the PC's. */
  readonly uuid?: string;
}

/** How it ended, as rpc-go writes it to the screen. */
export interface AgentEnd {
  readonly ok: boolean;
  readonly text: string;
}

/** Version of the message that rpc-go of 2026 sends. `[code: pkg/utils/constants.go]` */
const currentProtocol = '4.0.0';
/** For the reply of AMT the agent waits so long, then for the next request. `[code: internal/lm/service.go]` */
const quietMs = 3_000;

/**
 * Plays rpc-go on a PC of the lab: says what the PC is, passes requests on to AMT's local port, shows how it ended. Messages and their
 * values, and what happens when: device-management-toolkit/rpc-go, internal/rps `[code]`. AMT 19 with TLS on its local port is not
 * played: its agent tunnels TLS, this one only says that it would.
 *
 * @param ask AMT's local port
 */
export function runAgent(device: Device, wish: AgentWish, ask: (bytes: Buffer) => Buffer): Promise<AgentEnd> {
  const mode = controlModeOf(device);
  // A PC that is set up asks for its password first, and the agent ends without one.
  if (mode !== 0 && !wish.password) return Promise.resolve({ ok: false, text: 'missing or incorrect password' });
  const socket = new WebSocket(wish.url, { perMessageDeflate: false });
  let requests = 0;
  let hasLost = false;
  let line = Promise.resolve();

  return new Promise((resolve) => {
    const end = (ok: boolean, text: string) => {
      resolve({ ok, text });
      socket.close();
    };
    const vanish = () => {
      resolve({ ok: false, text: 'the process was ended' });
      socket.terminate();
    };

    async function pass(bytes: Buffer): Promise<void> {
      requests += 1;
      if (requests === wish.vanishAt) return vanish();
      const text = bytes.toString('latin1');
      const reply = ask(bytes);
      if (wish.vanishAfter && text.includes(wish.vanishAfter)) return vanish();
      if (!hasLost && wish.loseReplyTo && text.includes(wish.loseReplyTo)) {
        hasLost = true;
        await sleep(quietMs, undefined, { ref: false });
        return;
      }
      if (reply.length > 0) send('response', reply.toString('base64'));
    }

    function send(method: string, payload: string, status = 'ok'): void {
      const version = wish.protocolVersion ?? currentProtocol;
      socket.send(
        JSON.stringify({
          method,
          apiKey: 'key',
          appVersion: '3.0.0-lab',
          protocolVersion: version,
          status,
          message: 'ok',
          fqdn: '',
          payload,
          tenantId: '',
        }),
      );
    }

    socket.on('open', () => send(`activate --profile ${wish.profile}`, introduction(device, mode, wish)));
    socket.on('message', (data: Buffer) => {
      const said: unknown = JSON.parse(data.toString('utf8'));
      const method = textOf(said, 'method');
      // One after the other: the agent reads the next message when it is done with this one.
      line = line.then(async () => {
        if (method === 'heartbeat_request') send('heartbeat_response', '', 'success');
        else if (method === 'success') end(true, statusOf(said));
        else if (method === 'error') end(false, statusOf(said));
        else await pass(Buffer.from(textOf(said, 'payload'), 'base64'));
      });
    });
    socket.on('error', (error) => resolve({ ok: false, text: error.message }));
    socket.on('close', () => resolve({ ok: false, text: 'rps connection closed unexpectedly' }));
  });
}

/** The payload of the first message. `[code: internal/rps/message.go]` */
function introduction(device: Device, mode: number, wish: AgentWish): string {
  const { factory, persona } = device;
  const payload = {
    ver: persona.version,
    build: persona.build,
    sku: '16392',
    features: 'AMT Pro Corporate',
    uuid: wish.uuid ?? uuidOf(device),
    username: localAccountName,
    password: mode === 0 ? localPasswordOf(device).password : wish.password,
    currentMode: mode,
    hostname: device.name,
    fqdn: factory?.dnsSuffix ?? '',
    client: 'RPC',
    certHashes: (factory?.trustedHashes ?? []).map(({ hash }) => hash.toString('hex')),
    ipConfiguration: {
      dhcp: true,
      static: false,
      ipsync: false,
      ipAddress: device.address,
      netmask: '',
      gateway: '',
      primaryDns: '',
      secondaryDns: '',
    },
    hostnameInfo: { dnsSuffixOS: factory?.dnsSuffix ?? '', hostname: device.name },
    lmsInstalled: true,
    // Left out unless true.
    ...(persona.generation >= 19 ? { tlsEnforced: true } : {}),
  };
  return Buffer.from(JSON.stringify(payload)).toString('base64');
}

/** The UUID of a PC as people write it: the first three fields of the sixteen bytes are little-endian (SMBIOS). */
export function uuidOf({ uuid }: Pick<Device, 'uuid'>): string {
  const bytes = Buffer.from(uuid, 'hex');
  const fields = [bytes.subarray(0, 4).reverse(), bytes.subarray(4, 6).reverse(), bytes.subarray(6, 8).reverse()];
  const hex = Buffer.concat([...fields, bytes.subarray(8)]).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function textOf(message: unknown, key: string): string {
  const value: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, key) : undefined;
  return typeof value === 'string' ? value : '';
}

/** What is shown: a text, or the one in a JSON text. */
function statusOf(message: unknown): string {
  const text = textOf(message, 'message');
  try {
    return textOf(JSON.parse(text), 'Status') || text;
  } catch {
    return text;
  }
}
