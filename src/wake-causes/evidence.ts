import type { ReadSettings } from '../ports/amt/settings.ts';
import type { AmtErrorCode, OsPowerSaving, TlsMode } from '../ports/amt.ts';
import type { NameAnswer, PortAnswer } from '../ports/network/network-probes.ts';
import type { EarlierOutcome } from '../ports/store/wake-history.ts';

/** A finding with when it was made. */
export type Dated<T> = T & { readonly at: Date };

/** What one port did. */
export interface PortFinding {
  readonly port: number;
  readonly speaks: 'plain' | 'tls';
  /** Every try, in order; at least one. */
  readonly tries: readonly Dated<PortAnswer>[];
}

/** What AMT itself answered, with a password or the refusal of one. */
export interface AmtFinding {
  readonly at: Date;
  /** Null as far as it did not say. */
  readonly powerState: number | null;
  readonly osPowerSaving: OsPowerSaving | null;
  readonly linkPolicy: ReadSettings['linkPolicy'] | null;
  readonly powerPackage: string | null;
  readonly amtVersion: string | null;
  /** SMBIOS UUID of whatever answered. */
  readonly systemUuid: string | null;
  /** What ended the conversation; null when nothing did. */
  readonly error: { readonly code: AmtErrorCode; readonly evidence: readonly string[] } | null;
}

/** What DNS says about the PC. */
export interface NameFinding {
  readonly at: Date;
  /** The name asked for; null when the inventory has none. */
  readonly name: string | null;
  readonly addresses: NameAnswer | null;
  /** The address that is connected to, and the names that DNS has for it. */
  readonly address: string | null;
  readonly names: NameAnswer | null;
}

/** What neighbours in the subnet did; asked only when the PC itself does not answer. */
export interface NeighbourFinding {
  readonly at: Date;
  /** Such as `10.1.2.0/24`, or the site. */
  readonly where: string;
  readonly asked: readonly string[];
  readonly answered: readonly string[];
}

/** A fact of an earlier conversation. */
export interface Remembered {
  readonly value: string;
  readonly at: Date;
}

/** Everything that is known about one PC when its owner asks why it did not wake. Measured, told and remembered are kept apart. */
export interface Evidence {
  readonly now: Date;
  readonly device: {
    readonly name: string;
    readonly host: string;
    readonly fqdn: string | null;
    readonly tls: TlsMode;
    readonly seenAt: Date | null;
    readonly powerState: number | null;
  };
  /** The port that the inventory names comes first. */
  readonly ports: readonly [PortFinding, ...PortFinding[]];
  /** Null when nothing answered, so that there was nobody to ask. */
  readonly amt: AmtFinding | null;
  readonly dns: NameFinding;
  readonly neighbours: NeighbourFinding | null;
  /** The last attempt to wake it, however it ended. */
  readonly lastWake: EarlierOutcome | null;
  /** From earlier conversations; the link policy as `s0-ac,sx-ac`. */
  readonly remembered: {
    readonly linkPolicy: Remembered | null;
    readonly powerPackage: Remembered | null;
    readonly systemUuid: string | null;
  };
}
