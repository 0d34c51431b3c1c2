/**
 * Which addresses of a range answer an ASF presence ping (DMTF DSP0136, "Alert Standard Format 2.0", section 3.2.4.3) as Intel AMT does.
 * Implemented by adapters/network.
 */

/** What an AMT device tells in its pong. Intel AMT Implementation and Reference Guide, "Discovering Intel AMT". */
export interface AmtPong {
  readonly address: string;
  /** Port for WS-Management; null: 0, as before set-up. */
  readonly port: number | null;
  /** Both 16992 and 16993 are open. */
  readonly bothPorts: boolean;
  /** Such as `9.1`; null on firmware that does not tell. */
  readonly version: string | null;
  readonly provisioningState: 'pre' | 'in' | 'post' | 'unknown';
}

/** What is swept, and how fast. */
export interface SweepQuestion {
  /** IPv4 addresses, at most 4,096. */
  readonly addresses: readonly string[];
  /** Packets a second. */
  readonly ratePerSecond: number;
  /** Packets to each address; the later ones only to those that have not answered. */
  readonly tries: number;
  /** How long answers are waited for after the last packet of a try. */
  readonly waitMs: number;
}

/** What came of a sweep. */
export interface SweepEnd {
  readonly pongs: readonly AmtPong[];
  /** Addresses that answered as management controllers of other makers (DASH) do. */
  readonly foreign: readonly string[];
  readonly packets: number;
}

/**
 * Sweeps over one socket. `onPacket` is told the count of packets so far, now and then. Rejects with the reason of the signal, or when
 * no socket can be had.
 */
export type PresenceSweep = (
  question: SweepQuestion,
  signal: AbortSignal,
  onPacket?: (packets: number) => void,
) => Promise<SweepEnd>;
