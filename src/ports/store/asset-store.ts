import type { AmtAssets } from '../amt/assets.ts';

/** What a device said of its hardware, and when. */
export interface KeptAssets {
  readonly deviceId: string;
  readonly at: Date;
  readonly assets: AmtAssets;
}

/** Hardware of devices as they last told it. */
export interface AssetStore {
  /** Keeps it in place of what was known before. Calls that come at the same time share a transaction. */
  keep(assets: KeptAssets): Promise<void>;
  /** Of those devices that have been asked. */
  of(deviceIds: readonly string[]): Promise<readonly KeptAssets[]>;
}
