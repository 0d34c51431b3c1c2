import { createHash } from 'node:crypto';
import type { Persona } from '../personas.ts';

/** A hash of a root certificate in firmware: 1 SHA-1, 2 SHA-256, the numbers of the hello message. `[code: MeshCentral]` */
export interface TrustedHash {
  readonly type: 1 | 2;
  readonly hash: Buffer;
}

/** What a bare-metal PC is made with and has gone through, as it left the factory. */
export interface Factory {
  /** Version of its hello messages: 2 with a PSK, 3 with certificates. */
  readonly helloVersion: 2 | 3;
  /** PID and PPS that were typed into MEBx; null: some that are made from the UUID. */
  readonly key: { readonly pid: string; readonly pps: string } | null;
  /** Where they go. */
  readonly server: { readonly host: string; readonly port: number };
  /** The schedule runs so many times as fast. */
  readonly helloSpeed: number;
  /** Hashes of the roots that may vouch for a set-up server. */
  readonly trustedHashes: readonly TrustedHash[];
  /** DHCP option 15, or what was typed into MEBx. */
  readonly dnsSuffix: string;
  /** Hellos that were on their way, delivered or not. */
  hellosSent: number;
  /** Why set-up connections were refused, oldest first. */
  readonly refusals: string[];
  /** The MEBx password is not `admin` any more. */
  isMebxChanged: boolean;
  /** MD5 of user, realm and MEBx password, once it was changed. */
  mebxHash: string | undefined;
}

/** Which PCs of a fleet come bare, and how. */
export interface BareOptions {
  /** Names; `all` of them. */
  readonly hosts: 'all' | readonly string[];
  readonly server: Factory['server'];
  /** Default 3. Firmware from 11 on has no PSK. */
  readonly helloVersion?: 2 | 3;
  /** With hellos of version 2; default: of each PC its own. */
  readonly key?: { readonly pid: string; readonly pps: string };
  /** Default 1: as the real one. */
  readonly helloSpeed?: number;
  /** Root certificates, DER, whose hashes are in firmware or were typed into MEBx; default none but the vendors'. */
  readonly roots?: readonly Uint8Array[];
  /** Default `SITE.example`. */
  readonly dnsSuffix?: string;
  /** A bad vendor: all have the UUID of the first. */
  readonly sameUuid?: boolean;
}

/** User and MEBx password before set-up. Intel AMT Implementation and Reference Guide `[guide]` */
export const factoryPassword = 'admin';

/** How many roots the vendors put in: as in three recorded hellos. `[capture]` */
const vendorRoots = 23;
/** Refusals that are remembered. */
const mostRefusals = 100;

/**
 * A PC as it left the factory.
 *
 * @throws RangeError for a PSK hello of firmware that has no PSK
 */
export function createFactory(options: BareOptions, persona: Persona, site: string): Factory {
  const { server, helloVersion = 3, helloSpeed = 1, roots = [], dnsSuffix = `${site}.example` } = options;
  if (helloVersion === 2 && persona.generation >= 11)
    throw new RangeError(`${persona.name} has no PSK: hellos of version 2 end with AMT 10`);
  const certificates = [
    ...roots,
    // The vendors' certificates themselves are in no firmware, only their hashes: any bytes make one.
    ...Array.from({ length: vendorRoots }, (_, index) => Buffer.from(`vendor root ${index}`)),
  ];
  return {
    helloVersion,
    key: options.key ?? null,
    server,
    helloSpeed,
    trustedHashes: hashTypes(persona).flatMap((type) => certificates.map((der) => trustedHash(type, der))),
    dnsSuffix,
    hellosSent: 0,
    refusals: [],
    isMebxChanged: false,
    mebxHash: undefined,
  };
}

/** SHA-1 in the oldest, SHA-256 alone in recorded hellos of new firmware `[capture]`; where it changed is a `[guess]`. */
function hashTypes({ generation }: Persona): readonly TrustedHash['type'][] {
  if (generation < 6) return [1];
  return generation < 15 ? [1, 2] : [2];
}

const trustedHash = (type: TrustedHash['type'], der: Uint8Array): TrustedHash => ({
  type,
  hash: createHash(type === 1 ? 'sha1' : 'sha256')
    .update(der)
    .digest(),
});

/** Notes why a set-up connection was refused. */
export function noteRefusal(factory: Factory, why: string): void {
  factory.refusals.push(why);
  if (factory.refusals.length > mostRefusals) factory.refusals.shift();
}
