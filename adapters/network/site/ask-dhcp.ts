import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { DhcpAnswer, DhcpReply } from '../../../src/ports/network/site-probes.ts';
import { decodeReply, encodeInform, type Inform } from './dhcp-message.ts';

/** One question to the DHCP servers of a subnet. */
export interface DhcpQuestion {
  /** Name of the network interface, such as `eth0`. */
  readonly networkInterface: string;
  /** What this machine calls itself. */
  readonly hostName: string;
  /** For the whole question. */
  readonly timeoutMs: number;
  /** UDP ports; default 68 and 67 (RFC 2131, 4.1). */
  readonly ports?: { readonly client: number; readonly server: number };
}

/** After the first reply others are waited for: a second DHCP server is worth knowing of. */
const othersMs = 300;
const mostReplies = 8;

/** Broadcast address of a subnet. */
function broadcastOf(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number);
  return address
    .split('.')
    .map((octet, index) => Number(octet) | (~(mask[index] ?? 255) & 0xff))
    .join('.');
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : 'no code');

function failureOf(error: Error): DhcpAnswer {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'no_rights' };
  return code === 'EADDRINUSE' ? { kind: 'port_taken' } : { kind: 'failed', why: code };
}

/**
 * Asks by DHCPINFORM. It goes to the broadcast address of the subnet, for a datagram to 255.255.255.255 takes the default route and
 * might leave by another interface. Sent twice when the first is not answered.
 */
export function askDhcp(question: DhcpQuestion, signal: AbortSignal): Promise<DhcpAnswer> {
  const { networkInterface, hostName, timeoutMs, ports = { client: 68, server: 67 } } = question;
  const all = Object.entries(networkInterfaces()).flatMap(([name, held]) =>
    (held ?? []).filter(({ family }) => family === 'IPv4').map((each) => ({ ...each, name })),
  );
  const own = all.find(({ name }) => name === networkInterface);
  if (!own)
    return Promise.resolve({ kind: 'no_interface', known: all.map(({ name, address }) => `${name} (${address})`) });
  const inform: Inform = {
    id: randomBytes(4).readUInt32BE(),
    address: own.address,
    hardware: Buffer.from(own.mac.replaceAll(':', ''), 'hex'),
    hostName,
  };
  const bytes = encodeInform(inform);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const replies: DhcpReply[] = [];
    let ignored = 0;
    let others: NodeJS.Timeout | undefined;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const close = () => {
      clearTimeout(deadline);
      clearTimeout(again);
      clearTimeout(others);
      signal.removeEventListener('abort', abort);
      socket.close();
    };
    const end = (answer: DhcpAnswer) => {
      close();
      resolve(answer);
    };
    const abort = () => {
      close();
      reject(signal.reason);
    };
    const settle = () =>
      end(
        replies.length > 0
          ? { kind: 'answered', from: own.address, replies, ignored }
          : { kind: 'silent', from: own.address, ignored },
      );
    const send = () => socket.send(bytes, ports.server, broadcastOf(own.address, own.netmask));
    const deadline = setTimeout(settle, timeoutMs);
    const again = setTimeout(() => {
      if (replies.length === 0) send();
    }, timeoutMs / 2);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', (error) => end(failureOf(error)));
    socket.on('message', (message, { address, port }) => {
      const reply = port === ports.server ? decodeReply(message, inform, address) : null;
      if (!reply) ignored += 1;
      else if (!replies.some(({ server }) => server === reply.server)) replies.push(reply);
      if (replies.length >= mostReplies) return settle();
      if (reply) others ??= setTimeout(settle, othersMs);
    });
    socket.bind({ address: own.address, port: ports.client }, () => {
      socket.setBroadcast(true);
      send();
    });
  });
}
