import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AgentWish, uuidOf } from './agent/agent.ts';
import { injectAudit } from './classes/logs/audit-store.ts';
import type { Device } from './device.ts';
import type { Fleet } from './fleet.ts';
import { settle } from './power.ts';
import { stateOf } from './state.ts';

/** The running control interface. */
export interface Control {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * HTTP with JSON on 127.0.0.1, to look into the fleet and to break things while it runs:
 *
 * - `GET /devices`, `GET /devices/NAME`: state, faults and counters
 * - `GET /devices/NAME/state`: what it has inside, see stateOf
 * - `GET /totals`: counters of all devices added up, devices by power state, what the process has used
 * - `GET /power-requests`: each RequestPowerStateChange of every device, oldest first
 * - `POST /devices/NAME/power` with `{"state": "on" | "off" | "standby"}`; `POST /power` for all of them
 * - `POST /devices/NAME/faults` with `{"faults": "dark+slow:500"}`; an empty text heals
 * - `POST /devices/NAME/agent` with `{"url": "ws://...", "profile": "..."}` and what else AgentWish has: runs the agent on it to its end
 * - `POST /devices/NAME/audit-records` with `{"records": ["base64", ...]}`: adds them to the audit log as they are
 * - `POST /counters/reset`
 *
 * @param port 0 takes a free one
 */
export async function startControl(fleet: Fleet, port: number): Promise<Control> {
  const server = createServer((request, response) => {
    void answer(fleet, request).then(({ status, body }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(`${JSON.stringify(body)}\n`);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface ControlReply {
  readonly status: number;
  readonly body: unknown;
}

async function answer(fleet: Fleet, request: IncomingMessage): Promise<ControlReply> {
  try {
    const path = (request.url ?? '/').split('?')[0]?.split('/').slice(1).map(decodeURIComponent) ?? [];
    return await route(fleet, request.method ?? 'GET', path, await bodyOf(request));
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

async function route(fleet: Fleet, method: string, path: readonly string[], body: unknown): Promise<ControlReply> {
  const [first, name = '', what] = path;
  const ok = (content: unknown): ControlReply => ({ status: 200, body: content });
  switch (`${method} ${first}${name && first === 'devices' ? '/NAME' : ''}${what ? `/${what}` : ''}`) {
    case 'GET devices':
      return ok(fleet.devices.map((device) => describe(fleet, device)));
    case 'GET devices/NAME':
      return ok(describe(fleet, fleet.device(name)));
    case 'GET devices/NAME/state':
      return ok(stateOf(fleet, fleet.device(name)));
    case 'POST devices/NAME/agent':
      return ok(await fleet.runAgent(name, agentWishIn(body)));
    case 'POST devices/NAME/audit-records': {
      const records = textsIn(body, 'records').map((text) => Buffer.from(text, 'base64'));
      injectAudit(fleet.device(name), records, fleet.now());
      return ok(stateOf(fleet, fleet.device(name)));
    }
    case 'GET totals':
      return ok(totals(fleet));
    case 'GET power-requests':
      return ok(powerRequests(fleet));
    case 'POST devices/NAME/power':
      fleet.setPower(name, stateIn(body));
      return ok(describe(fleet, fleet.device(name)));
    case 'POST power': {
      const state = stateIn(body);
      for (const device of fleet.devices) fleet.setPower(device.name, state);
      return ok({});
    }
    case 'POST devices/NAME/faults':
      await fleet.setFaults(name, textIn(body, 'faults') ?? '');
      return ok(describe(fleet, fleet.device(name)));
    case 'POST counters':
      fleet.resetCounters();
      return ok({});
    default:
      return { status: 404, body: { error: 'No such resource' } };
  }
}

function describe(fleet: Fleet, device: Device): unknown {
  settle(device.power, fleet.now());
  const { next, bootLog } = device.power;
  const { connections, surplusConnections, handshakes, resumedHandshakes, unauthorized, requests } = device.counters;
  return {
    name: device.name,
    uuid: uuidOf(device),
    address: device.address,
    site: device.site,
    persona: device.persona.name,
    faults: [...device.faults].map(([name, { argument }]) => (argument === undefined ? name : `${name}:${argument}`)),
    powerState: device.power.state,
    saving: device.power.saving,
    boots: device.power.boots,
    boot: { ...next, last: bootLog.at(-1) },
    openSockets: device.openSockets,
    magicPackets: device.magicPackets,
    counters: {
      connections,
      surplusConnections,
      handshakes,
      resumedHandshakes,
      unauthorized,
      requests: Object.fromEntries(requests),
    },
    powerRequests: device.power.requests,
  };
}

function totals(fleet: Fleet): unknown {
  const sum = { connections: 0, surplusConnections: 0, handshakes: 0, resumedHandshakes: 0, unauthorized: 0 };
  const requests = new Map<string, number>();
  for (const { counters } of fleet.devices) {
    sum.connections += counters.connections;
    sum.surplusConnections += counters.surplusConnections;
    sum.handshakes += counters.handshakes;
    sum.resumedHandshakes += counters.resumedHandshakes;
    sum.unauthorized += counters.unauthorized;
    for (const [name, times] of counters.requests) requests.set(name, (requests.get(name) ?? 0) + times);
  }
  const byState = new Map<string, number>();
  for (const { power } of fleet.devices) {
    settle(power, fleet.now());
    byState.set(String(power.state), (byState.get(String(power.state)) ?? 0) + 1);
  }
  const { user, system } = process.cpuUsage();
  return {
    devices: fleet.devices.length,
    ...sum,
    requests: Object.fromEntries(requests),
    powerStates: Object.fromEntries(byState),
    memoryMb: Math.round(process.memoryUsage().rss / 1e6),
    cpuMs: Math.round((user + system) / 1_000),
  };
}

const powerRequests = (fleet: Fleet): unknown =>
  fleet.devices
    .flatMap(({ name, power }) => power.requests.map((request) => ({ device: name, ...request })))
    .sort((a, b) => a.atMs - b.atMs);

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

function agentWishIn(body: unknown): AgentWish {
  const vanishAt = valueIn(body, 'vanishAt');
  const texts = ['password', 'loseReplyTo', 'vanishAfter', 'protocolVersion', 'uuid'] as const;
  const given = texts.flatMap((key) => {
    const text = textIn(body, key);
    return text === undefined ? [] : [[key, text] as const];
  });
  return {
    url: textIn(body, 'url') ?? '',
    profile: textIn(body, 'profile') ?? '',
    ...(typeof vanishAt === 'number' ? { vanishAt } : {}),
    ...Object.fromEntries(given),
  };
}

function stateIn(body: unknown): 'on' | 'off' | 'standby' {
  const state = textIn(body, 'state');
  if (state === 'on' || state === 'off' || state === 'standby') return state;
  throw new RangeError('state must be on, off or standby');
}

function textsIn(body: unknown, key: string): string[] {
  const values = valueIn(body, key);
  if (Array.isArray(values) && values.every((one) => typeof one === 'string')) return values;
  throw new RangeError(`${key} must be a list of texts`);
}

function textIn(body: unknown, key: string): string | undefined {
  const value = valueIn(body, key);
  return typeof value === 'string' ? value : undefined;
}

function valueIn(body: unknown, key: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
}
