/**
 * How a PC is turned on: by AMT; by AMT and, when that cannot be reached, by magic packets; by magic packets alone.
 */
export const wakeMethods = ['amt-only', 'amt-then-wol', 'wol-only'] as const;

/** How the PCs of one site are turned on. */
export interface WakeSettings {
  readonly method: (typeof wakeMethods)[number];
  /** Subnets of the site, as `10.1.0.0/16`. */
  readonly subnets: readonly string[];
  /** Length of the mask for addresses that no subnet holds. */
  readonly prefixLength: number;
  /** Whether packets go to the address of the PC itself, too. */
  readonly unicast: boolean;
  readonly udpPorts: readonly number[];
  /** How often a packet is sent to each address and port, and the pause in between. */
  readonly packetCount: number;
  readonly packetGapMs: number;
  /** Name of the network interface; null: the system's routes decide. */
  readonly interface: string | null;
  /** Where signs of life are looked for. */
  readonly tcpPorts: readonly number[];
  readonly refusedCounts: boolean;
  readonly ping: boolean;
  readonly lookMs: number;
  /** Minutes before a scheduled wake-up is due at which the PC's own alarm clock turns it on; null: it does not. */
  readonly alarmBackupMinutes: number | null;
}
