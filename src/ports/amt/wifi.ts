import type { NetworkIdentity } from './network-access.ts';

/** How a Wi-Fi network is secured. */
export const wifiSecurities = ['wpa-psk', 'wpa-802.1x', 'wpa2-psk', 'wpa2-802.1x', 'wpa3-sae', 'wpa3-owe'] as const;

/** One of `wifiSecurities`. */
export type WifiSecurity = (typeof wifiSecurities)[number];

/** A Wi-Fi profile as the device tells it; the passphrase is never read back. */
export interface WifiProfile {
  readonly name: string;
  readonly ssid: string;
  /** A security that we do not know is null. */
  readonly security: WifiSecurity | null;
  readonly encryption: 'tkip' | 'ccmp' | 'other';
  /** 1 is tried first; unique on the device. */
  readonly priority: number;
}

/** A Wi-Fi profile to be. */
export interface WifiProfileInput {
  /** Up to 32 characters, unique on the device. */
  readonly name: string;
  /** Up to 32 bytes. */
  readonly ssid: string;
  readonly security: WifiSecurity;
  readonly encryption: 'tkip' | 'ccmp';
  readonly priority: number;
  /** 8 to 63 characters; for the PSK and SAE securities. */
  readonly passphrase?: string;
  /** For the 802.1X securities. */
  readonly identity?: NetworkIdentity;
}

/** When the wireless interface is on: never, while the PC runs, or also while it sleeps on mains power. */
export type WifiMode = 'off' | 's0' | 's0-sx-ac';

/** Wireless (AMT_WiFiPortConfigurationService, CIM_WiFiPort). Rejects with `class_missing` on a PC without it. */
export interface AmtWifi {
  profiles(): Promise<readonly WifiProfile[]>;
  add(profile: WifiProfileInput): Promise<void>;
  /** Replaces the profile of that name. */
  update(profile: WifiProfileInput): Promise<void>;
  /** False when there is none of that name. */
  remove(name: string): Promise<boolean>;
  mode(): Promise<WifiMode | 'unknown'>;
  setMode(mode: WifiMode): Promise<void>;
  /** Whether profiles of the operating system are taken over. */
  setProfileSync(sync: 'off' | 'user' | 'unrestricted'): Promise<void>;
}
