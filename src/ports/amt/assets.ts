/** Hardware and firmware as the device tells it (CIM asset classes). A value that the firmware does not give is missing. */
export interface AmtAssets {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly serialNumber?: string;
  readonly assetTag?: string;
  /** SMBIOS UUID, canonical form. */
  readonly systemUuid?: string;
  readonly bios?: { readonly vendor: string; readonly version: string; readonly releasedAt: string | null };
  readonly board?: { readonly manufacturer: string; readonly model: string; readonly serialNumber: string };
  readonly processors: readonly { readonly name: string; readonly maxMegahertz: number | null }[];
  readonly memory: readonly {
    readonly bank: string;
    readonly capacityBytes: number;
    readonly megahertz: number | null;
    readonly manufacturer: string;
  }[];
  readonly disks: readonly { readonly name: string; readonly capacityBytes: number | null }[];
  /** Wired MAC address, `aa:bb:cc:dd:ee:ff`. */
  readonly mac?: string;
  /** Firmware parts by name, such as `AMT`, `Flash`, `Netstack`. */
  readonly firmware: Readonly<Record<string, string>>;
}
