import { createServer, type Server, type Socket } from 'node:net';
import type { Device } from '../device.ts';
import { numberOf } from '../faults.ts';
import { isReachable } from '../power.ts';
import { createDeviceTls } from '../tls/device-tls.ts';
import { unplug } from '../unplugged/unplug.ts';
import { type ConnectionOptions, serveConnection } from './connection.ts';

/** Ports of all devices; undefined: that transport is not offered by any. */
export interface Ports {
  readonly plain: number | undefined;
  readonly tls: number | undefined;
}

/** The listening sockets of a fleet. */
export interface Listeners {
  /** Opens what a device should have open and closes what it should not, after its faults changed or at the start. */
  apply(device: Device): Promise<void>;
  /** Breaks the open connections of a device and forgets its TLS sessions. */
  reset(device: Device): void;
  /** Closes everything. */
  close(): Promise<void>;
}

/** Firmware has few sockets; the number is not published. `[guess]` */
const socketLimit = 6;
/**
 * How long a woken ME stays awake without a request. Real ones: AMT_GeneralSettings.IdleWakeTimeout, in minutes.
 * `[guide]`
 */
const awakeMs = 60_000;

/** Listeners for a fleet; none is open yet. */
export function createListeners(ports: Ports, given: Omit<ConnectionOptions, 'reopen'>): Listeners {
  const options: ConnectionOptions = { ...given, reopen };
  const open = new Map<Device, { plain?: Server; tls?: Server }>();
  const sockets = new Map<Device, Set<Socket>>();
  /** What plugs a device in again. */
  const unplugged = new Map<Device, () => Promise<void>>();
  const tls = createDeviceTls(options.keys, options.now, (device, socket) => serveConnection(device, socket, options));

  function accept(device: Device, socket: Socket, serve: () => void): void {
    device.counters.connections += 1;
    const mine = sockets.get(device) ?? new Set();
    sockets.set(device, mine);
    mine.add(socket);
    device.openSockets = mine.size;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      mine.delete(socket);
      device.openSockets = mine.size;
      if (mine.size === 0) sockets.delete(device);
    });
    const silentMs = silence(device, options.now());
    if (silentMs > 0) {
      beSilent(socket, silentMs);
      return;
    }
    if (mine.size > socketLimit) {
      device.counters.surplusConnections += 1;
      socket.resetAndDestroy();
      return;
    }
    serve();
  }

  async function set(device: Device, kind: 'plain' | 'tls', wanted: boolean): Promise<void> {
    const own = open.get(device) ?? {};
    open.set(device, own);
    const server = own[kind];
    const port = ports[kind];
    if (wanted && !server && port !== undefined) {
      own[kind] = await listen(device.address, port, (socket) =>
        accept(device, socket, () =>
          kind === 'tls' ? tls.accept(device, socket) : serveConnection(device, socket, options),
        ),
      );
    } else if (!wanted && server) {
      delete own[kind];
      await closed(server);
    }
  }

  function reset(device: Device): void {
    tls.forget(device);
    for (const socket of sockets.get(device) ?? []) socket.destroy();
  }

  // Nobody waits for it: a port that can't be opened must show.
  function reopen(device: Device): void {
    apply(device).catch((error: unknown) => process.emitWarning(`${device.name}: ${String(error)}`));
  }

  async function plugIn(device: Device): Promise<void> {
    await unplugged.get(device)?.();
    unplugged.delete(device);
  }

  async function apply(device: Device): Promise<void> {
    reset(device);
    const { exposed, faults, persona } = device;
    const isGone = faults.has('unplugged');
    if (!isGone) await plugIn(device);
    // AMT closes its network interface when nobody has set it up in time. `[guide]`
    const isOpen = !isGone && !faults.has('setup-window-over');
    await set(device, 'plain', isOpen && persona.plainPort && exposed.plain && !faults.has('plain-closed'));
    await set(device, 'tls', isOpen && exposed.tls);
    if (isGone && !unplugged.has(device)) {
      const own = [ports.plain, ports.tls].filter((port) => port !== undefined);
      unplugged.set(device, await unplug(device.address, own));
    }
  }

  return {
    apply,
    reset,
    async close() {
      const servers = [...open.values()].flatMap(({ plain, tls: secure }) => [plain, secure]);
      open.clear();
      for (const mine of sockets.values()) for (const socket of mine) socket.destroy();
      await Promise.all([...unplugged.keys()].map(plugIn));
      await Promise.all(servers.map((server) => (server ? closed(server) : undefined)));
    },
  };
}

/** Takes what comes and answers nothing. The packets that wake an ME are lost: the guide's power policy chapter. */
function beSilent(socket: Socket, forMs: number): void {
  socket.resume();
  socket.on('end', () => socket.destroy());
  if (Number.isFinite(forMs)) setTimeout(() => socket.destroy(), forMs).unref();
}

/** Milliseconds for which a device answers nothing; infinite when it can't be reached at all. */
function silence(device: Device, nowMs: number): number {
  const isAway = device.faults.has('unreachable') || device.faults.has('amt-off') || !isReachable(device.power, nowMs);
  return isAway ? Number.POSITIVE_INFINITY : wakingFor(device, nowMs);
}

/** Milliseconds until an asleep ME answers; 0 when it is awake. */
function wakingFor(device: Device, nowMs: number): number {
  const asleep = device.faults.get('asleep-me');
  if (!asleep) return 0;
  if (nowMs > device.awakeUntilMs) device.awakeFromMs = nowMs + numberOf(asleep, 2000);
  device.awakeUntilMs = Math.max(nowMs, device.awakeFromMs) + awakeMs;
  return Math.max(0, device.awakeFromMs - nowMs);
}

function listen(address: string, port: number, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, onConnection);
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
