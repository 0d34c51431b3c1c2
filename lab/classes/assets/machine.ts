import type { Device } from '../../device.ts';

/** The hardware of one PC, made from its place in the fleet: the same device always has the same. */
export interface Machine {
  readonly manufacturer: string;
  readonly model: string;
  readonly board: string;
  readonly serial: string;
  readonly biosVersion: string;
  /** Day of release, seconds since 1970. */
  readonly biosReleased: number;
  readonly processor: string;
  /** SMBIOS processor family. */
  readonly processorFamily: number;
  readonly maxClockMhz: number;
  readonly memory: readonly { readonly bytes: number; readonly speedMhz: number; readonly serial: string }[];
  /** Sizes of the drives, in units of 1,000 bytes. */
  readonly drivesKb: readonly number[];
}

type Model = Pick<Machine, 'manufacturer' | 'model' | 'board' | 'biosVersion' | 'processor' | 'maxClockMhz'>;

/** Makers and models as they are sold; which serials and sizes they have here is made up. */
const models: readonly Model[] = [
  {
    manufacturer: 'Intel(R) Client Systems',
    model: 'NUC9V7QNX',
    board: 'NUC9V7QNB',
    biosVersion: 'QNCFLX70.0054.2020.0810.2227',
    processor: 'Intel(R) Core(TM) i7-9850H CPU @ 2.60GHz',
    maxClockMhz: 8300,
  },
  {
    manufacturer: 'Dell Inc.',
    model: 'OptiPlex 7090',
    board: '0W98W4',
    biosVersion: '1.19.0',
    processor: '11th Gen Intel(R) Core(TM) i5-11500 @ 2.70GHz',
    maxClockMhz: 4600,
  },
  {
    manufacturer: 'HP',
    model: 'HP EliteBook 840 14 inch G9 Notebook PC',
    board: '896D',
    biosVersion: 'U70 Ver. 01.04.01',
    processor: '12th Gen Intel(R) Core(TM) i7-1265U',
    maxClockMhz: 4800,
  },
  {
    manufacturer: 'LENOVO',
    model: '21CBCTO1WW',
    board: '21CBCTO1WW',
    biosVersion: 'N3AET66W (1.31 )',
    processor: '12th Gen Intel(R) Core(TM) i5-1250P',
    maxClockMhz: 4400,
  },
];

const gigabyte = 2 ** 30;

/** The machine behind a device. */
export function machineOf({ index, uuid }: Device): Machine {
  const model = models[index % models.length] ?? models[0];
  if (!model) throw new Error('No models');
  const modules = index % 4 === 1 ? 1 : 2;
  return {
    ...model,
    serial: uuid.slice(0, 12),
    biosReleased: Date.UTC(2020, index % 36, 10) / 1000,
    processorFamily: model.processor.includes('i7') ? 198 : 205,
    memory: Array.from({ length: modules }, (_, n) => ({
      bytes: (index % 2 === 0 ? 16 : 8) * gigabyte,
      speedMhz: index % 2 === 0 ? 2400 : 3200,
      serial: uuid.slice(12 + n * 8, 20 + n * 8),
    })),
    drivesKb: index % 3 === 0 ? [960_197_124, 500_107_862] : [512_110_190],
  };
}
