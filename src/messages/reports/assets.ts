import type { AmtAssets } from '../../ports/amt/assets.ts';
import type { OutcomeReport } from '../../ports/runs/run-store.ts';
import { listed, oneLine, plural } from '../format.ts';
import { csvOf } from './csv.ts';

/** What is written on a sticker or in firmware may be anything; this much of it is shown. */
const longest = 80;
const gibi = 1024 ** 3;
const giga = 1000 ** 3;

const line = (text: string | undefined | null) => oneLine(text ?? '', longest);

/** A PC's hardware: what a person asks for as facts, all of it in one row of a file. Pure. */
export function assetsReport(name: string, assets: AmtAssets): OutcomeReport {
  const maker = line(assets.manufacturer);
  // Some makers write their name into the model too.
  const isNamed = line(assets.model).toLowerCase().startsWith(`${maker.toLowerCase()} `);
  const model = [isNamed ? '' : maker, line(assets.model)].filter((part) => part !== '').join(' ');
  const bios = assets.bios
    ? [line(assets.bios.version), line(assets.bios.releasedAt?.slice(0, 10)), line(assets.bios.vendor)]
        .filter((part) => part !== '')
        .join(', ')
    : '';
  const memoryBytes = assets.memory.reduce((sum, module) => sum + module.capacityBytes, 0);
  const memory = memoryBytes > 0 ? `${size(memoryBytes, gibi)} in ${plural(assets.memory.length, 'module')}` : '';
  const processors = listed(assets.processors.map((each) => line(each.name)));
  const disks = assets.disks.map(({ name: disk, capacityBytes }) =>
    [line(disk), capacityBytes === null ? '' : size(capacityBytes, giga)].filter((part) => part !== '').join(', '),
  );
  const firmware = Object.entries(assets.firmware).map(([part, version]) => `${line(part)} ${line(version)}`);
  const facts = [
    { label: 'Model', value: model },
    { label: 'Serial number', value: line(assets.serialNumber) },
    { label: 'Asset tag', value: line(assets.assetTag) },
    { label: 'Processor', value: processors },
    { label: 'Memory', value: memory },
    { label: 'Disks', value: listed(disks) },
    { label: 'BIOS', value: bios },
    { label: 'MAC', value: line(assets.mac) },
    { label: 'UUID', value: line(assets.systemUuid) },
    { label: 'Firmware', value: listed(firmware, firmware.length, 6) },
  ].filter(({ value }) => value !== '');
  const summary = [model, memoryBytes > 0 ? size(memoryBytes, gibi) : '', line(assets.serialNumber)];
  return {
    summary: summary.filter((part) => part !== '').join(', ') || 'nothing told',
    facts,
    attachment: {
      name: `${name}-inventory.csv`,
      mediaType: 'text/csv',
      content: csvOf(columns, [
        [
          line(assets.manufacturer),
          line(assets.model),
          line(assets.serialNumber),
          line(assets.assetTag),
          line(assets.systemUuid),
          line(assets.mac),
          line(assets.bios?.vendor),
          line(assets.bios?.version),
          line(assets.bios?.releasedAt),
          assets.processors.map((each) => line(each.name)).join('; '),
          String(memoryBytes),
          assets.memory.map((each) => `${line(each.bank)} ${each.capacityBytes}`).join('; '),
          disks.join('; '),
          firmware.join('; '),
        ],
      ]),
    },
  };
}

const columns = [
  'manufacturer',
  'model',
  'serial_number',
  'asset_tag',
  'uuid',
  'mac',
  'bios_vendor',
  'bios_version',
  'bios_date',
  'processors',
  'memory_bytes',
  'memory_modules',
  'disks',
  'firmware',
];

/** Memory in binary units, as it is sold; disks in decimal ones, as they are sold. */
function size(bytes: number, unit: number): string {
  const units = bytes / unit;
  return units >= 1_000 && unit === giga
    ? `${(units / 1_000).toFixed(1).replace(/\.0$/, '')} TB`
    : `${units >= 10 ? Math.round(units) : units.toFixed(1).replace(/\.0$/, '')} GB`;
}
