import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { provisioningState } from '../classes/setup/provisioning.ts';
import type { Device } from '../device.ts';

/** Where management controllers answer presence pings (ASF 2.0, DMTF DSP0136). */
export interface RmcpListeners {
  /** Opens and closes what a device should have, after its faults or its ports changed. */
  apply(device: Device): Promise<void>;
  /** A controller of another maker, as DASH has them: it answers the same ping. */
  addForeign(address: string): Promise<void>;
  close(): Promise<void>;
}

/** Enterprise numbers (IANA): ASF, Intel, and Broadcom for the controller that is none of Intel's. */
const asf = 4_542;
const intel = 343;
const broadcom = 4_413;
/** From this generation on the version is no longer told. `[guess]` */
const versionUntil = 11;

/**
 * Devices answer from firmware 4.0 on and until CSME 16.1, which closed UDP 623 with the plain ports `[guide]`. What keeps AMT from
 * answering TCP keeps it from answering here.
 */
export function createRmcpListeners(port: number): RmcpListeners {
  const open = new Map<string, Socket>();

  async function listen(address: string, answer: (ping: Buffer) => Buffer | null): Promise<void> {
    const socket = createSocket('udp4');
    open.set(address, socket);
    socket.on('message', (packet, from) => {
      if (!isPing(packet)) return;
      const pong = answer(packet);
      if (pong) socket.send(pong, from.port, from.address);
    });
    socket.bind(port, address);
    await once(socket, 'listening');
    socket.on('error', () => {});
  }

  async function close(address: string): Promise<void> {
    const socket = open.get(address);
    open.delete(address);
    if (socket) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  return {
    async apply(device) {
      const { faults, persona, address } = device;
      const isThere = persona.plainPort && persona.generation >= 4 && !silencing.some((fault) => faults.has(fault));
      if (isThere && !open.has(address)) await listen(address, (ping) => pongOf(device, ping));
      if (!isThere) await close(address);
    },
    addForeign: (address) => listen(address, (ping) => pong(ping, broadcom, Buffer.alloc(4))),
    async close() {
      await Promise.all([...open.keys()].map(close));
    },
  };
}

const silencing = ['unplugged', 'unreachable', 'amt-off', 'asleep-me', 'setup-window-over'] as const;

function isPing(packet: Buffer): boolean {
  return (
    packet.length >= 12 && packet[0] === 6 && packet[3] === 6 && packet.readUInt32BE(4) === asf && packet[8] === 0x80
  );
}

/** Port (0 before it is set up), version, and the flags: bits 0 and 1 how far it is set up, bit 2 both ports open (Intel AMT guide, "Discovery"). */
function pongOf(device: Device, ping: Buffer): Buffer {
  const { persona, exposed, faults } = device;
  const state = provisioningState(device);
  const isPlain = exposed.plain && !faults.has('plain-closed');
  const oem = Buffer.alloc(4);
  oem.writeUInt16BE(state === 0 ? 0 : exposed.tls ? 16_993 : 16_992, 0);
  const [major = 0, minor = 0] = persona.version.split('.').map(Number);
  oem[2] = persona.generation < versionUntil ? (major << 4) | minor : 0;
  oem[3] = state | (isPlain && exposed.tls ? 0x04 : 0);
  return pong(ping, intel, oem);
}

function pong(ping: Buffer, enterprise: number, oem: Buffer): Buffer {
  const packet = Buffer.alloc(28);
  packet.set([0x06, 0x00, ping[2] ?? 0, 0x06], 0);
  packet.writeUInt32BE(asf, 4);
  packet.set([0x40, ping[9] ?? 0, 0x00, 0x10], 8);
  packet.writeUInt32BE(enterprise, 12);
  packet.set(oem, 16);
  // IPMI not supported, ASF 1.0; DASH is supported.
  packet.set([0x81, 0x20], 20);
  return packet;
}
