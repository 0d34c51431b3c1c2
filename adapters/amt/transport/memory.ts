import type { AmtEndpoint } from '../../../src/ports/amt.ts';
import type { DigestChallenge } from './digest.ts';
import type { Link } from './link.ts';

/** What is kept about one device between conversations: no password; about 1 KB, and 3 KB more with a TLS session. */
export interface DeviceMemory {
  /** Address and trust that the rest belongs to; when the inventory changes them, all is forgotten. */
  readonly peerKey: string;
  /** Realm, nonce and count, so that the next request needs no challenge. */
  challenge: DigestChallenge | null;
  /** For resumption: the full handshake is the dearest part of a conversation. */
  tlsSession: Buffer | null;
  /** Not after date of the certificate that the device showed last, in ms since 1970; null before the first. */
  certificateExpiresAtMs: number | null;
  /** For example `15.0.23`; null while unknown. */
  amtVersion: string | null;
  /** Which of the two ways of reading the power state this firmware takes. */
  powerReadBy: 'get' | 'enumerate';
  /** Credential that spoke last over it. A connection remembers who logged in (Intel's guide, Authentication), so another needs a new one. */
  spokenAs: string | null;
  /** The open or reopenable connection; null when there is none. */
  link: Link | null;
  /** True while a conversation uses the link. */
  busy: boolean;
}

/** The memories of the devices spoken to last. */
export interface DeviceMemories {
  /** The device's memory, fresh when it is new or its address or trust have changed. Makes it the most recent one. */
  recall(endpoint: AmtEndpoint): DeviceMemory;
}

/** Everything about an endpoint that what we remember depends on. */
function peerKeyOf(endpoint: AmtEndpoint): string {
  const { host, port, tls, fqdn, certificateFingerprint, credential } = endpoint;
  return JSON.stringify([host, port, tls, fqdn, certificateFingerprint, credential]);
}

/** Keeps at most `limit` memories; the device not spoken to for longest is forgotten first. */
export function createDeviceMemories(limit: number): DeviceMemories {
  const byDevice = new Map<string, DeviceMemory>();

  return {
    recall(endpoint) {
      const peerKey = peerKeyOf(endpoint);
      const known = byDevice.get(endpoint.deviceId);
      byDevice.delete(endpoint.deviceId);
      const usable = known?.peerKey === peerKey;
      if (known && !usable) known.link?.close();
      const memory: DeviceMemory = usable
        ? known
        : {
            peerKey,
            challenge: null,
            tlsSession: null,
            certificateExpiresAtMs: null,
            amtVersion: null,
            powerReadBy: 'get',
            spokenAs: null,
            link: null,
            busy: false,
          };
      // A Map keeps insertion order, so re-inserting makes it the most recent entry.
      byDevice.set(endpoint.deviceId, memory);
      if (byDevice.size > limit) {
        const oldest = byDevice.keys().next();
        if (!oldest.done) byDevice.delete(oldest.value);
      }
      return memory;
    },
  };
}
