import type { DeviceSettings } from '../../../../src/ports/amt/settings.ts';

type LinkMoment = DeviceSettings['linkPolicy'][number];

/** AMT_EthernetPortSettings.LinkPolicy: when the link is kept up for AMT (Intel AMT guide). */
const values: Readonly<Record<LinkMoment, number>> = { 's0-ac': 1, 'sx-ac': 14, 's0-dc': 16, 'sx-dc': 224 };
const moments: readonly LinkMoment[] = ['s0-ac', 'sx-ac', 's0-dc', 'sx-dc'];

/** The policy as names, in a fixed order; numbers that are none of the four are left out. */
export function linkMoments(policy: readonly number[]): readonly LinkMoment[] {
  return moments.filter((moment) => policy.includes(values[moment]));
}

/** The policy as the device takes it. */
export function linkNumbers(policy: readonly LinkMoment[]): readonly number[] {
  return moments.filter((moment) => policy.includes(moment)).map((moment) => values[moment]);
}
