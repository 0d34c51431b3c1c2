import { type Drift, settingLabels, settingNames, settingWord } from '../messages/reports/settings.ts';
import type { DeviceSettings, ReadSettings, SettingName } from '../ports/amt/settings.ts';

/** A setting that is not as it should be. */
export interface SettingDrift extends Drift {
  readonly setting: SettingName;
}

/** Each named setting that the PC has otherwise, or not at all. Names are compared without regard to case. Pure. */
export function compareSettings(has: ReadSettings, should: ReadSettings): readonly SettingDrift[] {
  return settingNames
    .filter((setting) => should[setting] !== undefined && !isSame(has[setting], should[setting]))
    .map((setting) => ({
      setting,
      label: settingLabels[setting],
      has: has[setting] === undefined ? null : settingWord(has, setting),
      should: settingWord(should, setting),
    }));
}

function isSame(a: DeviceSettings[SettingName] | undefined, b: DeviceSettings[SettingName] | undefined): boolean {
  const canonical = (value: typeof a) =>
    typeof value === 'object' ? [...value].sort().join(' ') : String(value).toLowerCase();
  return a !== undefined && canonical(a) === canonical(b);
}

/** One setting alone, with its value. */
export function onlySetting(settings: ReadSettings, name: SettingName): ReadSettings {
  const alone: { -readonly [Name in SettingName]?: DeviceSettings[Name] } = { ...settings };
  for (const other of settingNames) if (other !== name) delete alone[other];
  return alone;
}
