import type { AmtPong } from '../../src/ports/discovery/presence-sweep.ts';

/** UDP port of RMCP without security extensions (DMTF DSP0136). */
export const rmcpPort = 623;

/** Enterprise numbers (IANA): of ASF itself, which stands in every message, and of Intel, which AMT puts into its pong. */
const asf = 4_542;
const intel = 343;
const presencePing = 0x80;
const presencePong = 0x40;
/** RMCP header (4), ASF header (8), and the 16 bytes of a pong. */
const pongBytes = 28;
const states = ['pre', 'in', 'post', 'unknown'] as const;

/** The presence ping: RMCP version 1.0, sequence 0 (as other AMT consoles send it), class ASF. */
export function presencePingWith(tag: number): Buffer {
  const packet = Buffer.from([0x06, 0x00, 0x00, 0x06, 0, 0, 0, 0, presencePing, tag, 0x00, 0x00]);
  packet.writeUInt32BE(asf, 4);
  return packet;
}

/** What a packet is: a pong of Intel AMT, one of another maker, or nothing that answers our ping. Pure. */
export type Heard =
  | { readonly kind: 'amt'; readonly pong: Omit<AmtPong, 'address'> }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'noise' };

/**
 * Reads a pong strictly: every fixed byte must be as the specification says, the tag ours, and all four bytes of the enterprise number
 * Intel's. A controller of another maker is `foreign`.
 */
export function readPong(packet: Buffer, tag: number): Heard {
  const isPong =
    packet.length >= pongBytes &&
    packet[0] === 0x06 &&
    packet[3] === 0x06 &&
    packet.readUInt32BE(4) === asf &&
    packet[8] === presencePong &&
    packet[9] === tag &&
    packet[11] === 0x10;
  if (!isPong) return { kind: 'noise' };
  if (packet.readUInt32BE(12) !== intel) return { kind: 'foreign' };
  const version = packet.readUInt8(18);
  const flags = packet.readUInt8(19);
  return {
    kind: 'amt',
    pong: {
      port: packet.readUInt16BE(16) || null,
      bothPorts: (flags & 0x04) !== 0,
      version: version === 0 ? null : `${version >> 4}.${version & 0x0f}`,
      provisioningState: states[flags & 0x03] ?? 'unknown',
    },
  };
}
