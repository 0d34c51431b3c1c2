import { AmtError } from '../../../../src/ports/amt.ts';
import type { Device, Instance } from '../device.ts';
import { orWhenLacking } from '../when-missing.ts';
import { elementSettingClass, powerSchemeClass } from './definitions.ts';
import { powerPackageName, samePackage } from './power-packages.ts';
import type { SettingGroup } from './setting-group.ts';

type Scheme = Instance<typeof powerSchemeClass>;
/** CIM_ElementSettingData.IsCurrent: yes. */
const isCurrent = 1;

/** Intel's own name of the scheme where we know its GUID, else what the device calls it. */
function nameOf({ values }: Scheme): string {
  const guid = Buffer.from(values.SchemeGUID ?? '', 'base64').toString('hex');
  const known = powerPackageName(guid);
  return known === guid.toUpperCase() ? (values.Description ?? known) : known;
}

/** The scheme in use: the one that an association marks as current (Intel AMT guide, "Get the Currently Active Power Package"). */
async function currentScheme(device: Device): Promise<Scheme | null> {
  const associations = await orWhenLacking(device.list(elementSettingClass), []);
  const current = associations.find(
    ({ values }) => values.IsCurrent === isCurrent && values.SettingData?.className === powerSchemeClass.name,
  );
  const id = current?.values.SettingData?.selectors.InstanceID;
  if (id === undefined) return null;
  const schemes = await device.list(powerSchemeClass);
  return schemes.find(({ values }) => values.InstanceID === id) ?? null;
}

/** When the management engine runs (AMT_SystemPowerScheme). */
export const powerPackageGroup: SettingGroup = {
  names: ['powerPackage'],
  async read(device) {
    const current = await currentScheme(device);
    return current === null ? {} : { powerPackage: nameOf(current) };
  },
  async write(device, { powerPackage = '' }) {
    const schemes = await device.list(powerSchemeClass);
    const wanted = schemes.find((one) => samePackage(nameOf(one), powerPackage));
    const { InstanceID, SchemeGUID } = wanted?.values ?? {};
    if (InstanceID === undefined || SchemeGUID === undefined) {
      const offered = schemes.map(nameOf).join(' | ');
      throw new AmtError('class_missing', [`this PC has no power package "${powerPackage}"`, `It has: ${offered}`]);
    }
    // The method has no argument: the instance that it is called on is the choice.
    await device.call(powerSchemeClass, 'SetPowerScheme', {}, { selectors: { InstanceID, SchemeGUID } });
  },
};
