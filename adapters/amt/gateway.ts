import type { Socket } from 'node:net';
import type { ClientChain, SharedKey } from '../../src/ports/amt/setup-gateway.ts';
import { type AmtEndpoint, AmtError, type AmtGateway, type AmtSession } from '../../src/ports/amt.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { CredentialSource } from '../../src/ports/secrets.ts';
import { createSession } from './session.ts';
import { createChannel } from './transport/channel.ts';
import { createIdentity } from './transport/identity.ts';
import { createLink, type Link } from './transport/link.ts';
import { createDeviceMemories, type DeviceMemory } from './transport/memory.ts';
import { type AmtTimeouts, defaultTimeouts } from './transport/timeouts.ts';
import { createTlsContexts } from './transport/trust.ts';
import { createTurns } from './transport/turns.ts';
import { createTurnstile } from './transport/turnstile.ts';
import { createWsman } from './wsman/client.ts';

/** Where the adapter reports its exchanges. The shape of pino's. */
interface AmtLogger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the AMT adapter needs. */
export interface AmtGatewayOptions {
  readonly credentials: CredentialSource;
  /** PEM of the CA for devices in mode `ca`; null: such devices are refused with `certificate_untrusted`. */
  readonly ca: string | Buffer | null;
  /** Shown to devices that ask for certificates; default none. */
  readonly clientChain?: ClientChain;
  /** Takes the place of certificates with endpoints that have no fingerprint; default none. */
  readonly sharedKey?: SharedKey;
  readonly clock: Clock;
  /** Default `defaultTimeouts`. */
  readonly timeouts?: Partial<AmtTimeouts>;
  /** Gets one debug line per exchange, without bodies and headers. Default none. */
  readonly logger?: AmtLogger;
  /** Makes connections otherwise than by TCP, such as through an agent on the PC. Each carries one request; it is open already. */
  readonly connect?: (endpoint: AmtEndpoint) => Socket;
  /** Devices whose nonce and TLS session are kept. Default 20,000, which is at most about 80 MB. */
  readonly rememberedDevices?: number;
}

/** Replies that are read in one turn of the event loop: about 3 ms of work. */
const repliesPerTurn = 16;

// MessageIDs start again long before they lose digits as a JavaScript number.
const lastMessageId = 0x7fff_ffff;

/** Opens conversations with Intel AMT devices over WS-Management. */
export function createAmtGateway(options: AmtGatewayOptions): AmtGateway {
  const { credentials, clock, logger } = options;
  const timeouts: AmtTimeouts = { ...defaultTimeouts, ...options.timeouts };
  const settings = {
    timeouts,
    tls: createTlsContexts(options.ca, options.clientChain),
    nowMs: () => clock.now().getTime(),
    connect: options.connect ?? null,
    sharedKey: options.sharedKey ?? null,
  };
  const memories = createDeviceMemories(options.rememberedDevices ?? 20_000);
  const turns = createTurns();
  const followUp = createTurnstile(repliesPerTurn);
  const links = new Set<Link>();
  const underWay = new Set<AbortController>();
  let stopped = false;
  let messageId = 0;

  const nextMessageId = () => {
    messageId = messageId >= lastMessageId ? 1 : messageId + 1;
    return messageId;
  };

  function forget(link: Link, memory: DeviceMemory): void {
    links.delete(link);
    if (memory.link === link) memory.link = null;
  }

  /** The device's connection. It is forgotten, and undici's client with it, as soon as it is closed and unused. */
  function linkFor(endpoint: AmtEndpoint, memory: DeviceMemory): Link {
    if (memory.link) return memory.link;
    const link = createLink(endpoint, memory, settings, followUp, () => {
      if (!memory.busy) forget(link, memory);
    });
    links.add(link);
    memory.link = link;
    return link;
  }

  async function converse<T>(
    endpoint: AmtEndpoint,
    work: (session: AmtSession) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const { credential, auditCredential = credential } = endpoint;
    const identity = await createIdentity(credentials, credential);
    const auditor = auditCredential === credential ? null : await createIdentity(credentials, auditCredential);
    const memory = memories.recall(endpoint);
    const link = linkFor(endpoint, memory);
    const onExchange = (seen: object) => logger?.debug({ device: endpoint.deviceId, ...seen }, 'amt exchange');
    const channel = createChannel({ endpoint, memory, link, identity, timeouts, clock, signal, onExchange });
    const tlsVersion = () => (channel.heardFrom ? link.tlsVersion : null);
    const wsman = createWsman(channel, nextMessageId);
    const auditorWsman = auditor ? createWsman(channel.as(auditor), nextMessageId) : null;
    const { session, end } = createSession({ wsman, auditorWsman, auditCredential, memory, clock, tlsVersion });
    memory.busy = true;
    try {
      return await work(session);
    } finally {
      end();
      await channel.close();
      memory.busy = false;
      if (!link.connected) forget(link, memory);
    }
  }

  return {
    async withDevice(endpoint, work, signal) {
      if (stopped) throw new AmtError('cancelled', ['the service is stopping']);
      // Own controller instead of AbortSignal.any: nothing then hangs on the signal of a run after its conversation.
      const control = new AbortController();
      const abort = () => control.abort(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      underWay.add(control);
      try {
        const endTurn = await turns.take(endpoint.deviceId, control.signal);
        try {
          return await converse(endpoint, work, control.signal);
        } finally {
          endTurn();
        }
      } finally {
        underWay.delete(control);
        signal.removeEventListener('abort', abort);
      }
    },
    async close() {
      stopped = true;
      for (const control of underWay) control.abort(new AmtError('cancelled', ['the service is stopping']));
      for (const link of links) link.close();
      links.clear();
    },
  };
}
