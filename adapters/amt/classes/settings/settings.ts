import type { AmtSettings, ReadSettings, SettingName } from '../../../../src/ports/amt/settings.ts';
import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device } from '../device.ts';
import { orWhenMissing } from '../when-missing.ts';
import { generalGroup, linkGroup, readLinks } from './network-settings.ts';
import { powerPackageGroup } from './power-package.ts';
import { redirectionGroup, webUiGroup } from './redirection-settings.ts';
import { consentGroup, tlsGroup } from './security-settings.ts';
import type { SettingGroup } from './setting-group.ts';

/** In the order they are written: TLS last, for it may end the connection that the others need. */
const groups: readonly SettingGroup[] = [
  generalGroup,
  linkGroup,
  powerPackageGroup,
  redirectionGroup,
  webUiGroup,
  consentGroup,
  tlsGroup,
];

function isSettingName(name: string): name is SettingName {
  return groups.some((group) => group.names.some((one) => one === name));
}

const namesOf = (changes: ReadSettings): SettingName[] =>
  Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
    .filter(isSettingName);

/** Settings by the names that a site's profile uses, whichever classes hold them. */
export function createSettings(device: Device): AmtSettings {
  async function checkAllThere(names: readonly SettingName[]): Promise<void> {
    for (const group of groups) {
      const wanted = group.names.filter((name) => names.includes(name));
      if (wanted.length === 0) continue;
      const present = await group.read(device);
      const missing = wanted.filter((name) => present[name] === undefined);
      if (missing.length === 0) continue;
      const version = await device.version();
      throw new AmtError('class_missing', [
        `AMT ${version ?? 'of this PC'} has no setting ${missing.join(', ')}`,
        'Nothing was written',
      ]);
    }
  }

  return {
    read: (only?: readonly SettingName[]) =>
      device.task(async () => {
        const found: ReadSettings[] = [];
        for (const group of groups) {
          if (only && !group.names.some((name) => only.includes(name))) continue;
          found.push(await orWhenMissing(group.read(device), {}));
        }
        return Object.assign({}, ...found);
      }),
    links: () => device.task(() => readLinks(device)),
    write: (changes) =>
      device.task(async () => {
        const names = namesOf(changes);
        await checkAllThere(names);
        for (const group of groups) {
          if (group.names.some((name) => names.includes(name))) await group.write(device, changes);
        }
      }),
  };
}
