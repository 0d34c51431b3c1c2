import type { TargetDevice } from '../../ports/store/inventory-store.ts';
import type { ExcludedDevice } from '../../ports/store/request-store.ts';
import { powerWord } from '../format.ts';
import { csvOf } from '../reports/csv.ts';

const columns = ['name', 'site', 'groups', 'last_seen', 'planned', 'code', 'left_out_because'] as const;

/** Every PC that the words named, one line each: those that are planned, then those left out with the reason. RFC 4180. Pure. */
export function planCsv(devices: readonly TargetDevice[], excluded: readonly ExcludedDevice[]): string {
  const row = ({ name, site, groups, powerState }: TargetDevice, ...more: readonly string[]) => [
    name,
    site,
    groups.join(';'),
    powerWord(powerState),
    ...more,
  ];
  return csvOf(columns, [
    ...devices.map((device) => row(device, 'yes', '', '')),
    ...excluded.map(({ device, code, because }) => row(device, 'no', code, because)),
  ]);
}
