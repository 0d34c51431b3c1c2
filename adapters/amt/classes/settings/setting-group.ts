import type { ReadSettings, SettingName } from '../../../../src/ports/amt/settings.ts';
import type { Device } from '../device.ts';

/** Settings that live in one class of the firmware and are read and written together. */
export interface SettingGroup {
  readonly names: readonly SettingName[];
  /** A setting that the firmware lacks is missing. */
  read(device: Device): Promise<ReadSettings>;
  /** Writes those of its settings that `changes` has. */
  write(device: Device, changes: ReadSettings): Promise<void>;
}

/** The properties that are not undefined. */
export function defined(values: { readonly [Name in SettingName]?: ReadSettings[Name] | undefined }): ReadSettings {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
