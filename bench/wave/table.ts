import { type ContestantName, contestantTitles } from '../contest/contestants.ts';
import type { Lap } from '../contest/race.ts';
import { idealSeconds, median, percentile, roundTrips } from '../figures/figures.ts';
import { markdownTable } from '../figures/markdown-table.ts';
import type { WaveOptions } from './options.ts';

const head = [
  'PCs, contestant',
  'wall s',
  '/ ideal',
  'CPU ms per PC',
  '/ bare',
  'with PostgreSQL / bare',
  'peak MB',
  'taken in ms, p50',
  'p99',
  'edits',
  'edits per s',
];

/** Medians of one contestant's laps at one size. */
function figuresOf(laps: readonly Lap[], devices: number) {
  const over = (figure: (lap: Lap) => number | null) => median(laps.map((lap) => figure(lap) ?? Number.NaN));
  const waits = laps.flatMap(({ chat }) => chat?.acknowledgementsMs ?? []);
  const wallSeconds = over((lap) => lap.wallMs) / 1_000;
  const edits = over((lap) => lap.chat?.edits ?? null);
  return {
    wallSeconds,
    cpuMs: over((lap) => lap.cpuMs) / devices,
    bothMs: over((lap) => (lap.helpersCpuMs === null ? null : lap.cpuMs + lap.helpersCpuMs)) / devices,
    peakMb: over((lap) => lap.peakMb),
    acknowledgedMs: { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) },
    edits,
    editsPerSecond: edits / wallSeconds,
  };
}

/** The result as Markdown: a table, what was measured, and each target with what came of it. */
export function waveTable(options: WaveOptions, bySize: ReadonlyMap<number, readonly Lap[]>): string {
  const of = (devices: number, name: ContestantName) => {
    const own = (bySize.get(devices) ?? []).filter((lap) => lap.contestant === name);
    return own.length > 0 ? figuresOf(own, devices) : null;
  };
  const bare = of(options.compareAt, 'bare');
  const rows = options.sizes.flatMap((devices) =>
    options.contestants.flatMap((name) => {
      const each = of(devices, name);
      if (each === null) return [];
      const ideal = idealSeconds({ ...options, devices });
      const yardstick = devices === options.compareAt ? bare?.cpuMs : undefined;
      return [
        [
          `${devices.toLocaleString('en-US')}, ${contestantTitles[name]}`,
          figure(each.wallSeconds, 1),
          ratio(each.wallSeconds, ideal),
          figure(each.cpuMs, 2),
          ratio(each.cpuMs, yardstick),
          name === 'service' ? ratio(each.bothMs, yardstick) : '-',
          figure(each.peakMb, 0),
          figure(each.acknowledgedMs.p50, 1),
          figure(each.acknowledgedMs.p99, 1),
          figure(each.edits, 0),
          figure(each.editsPerSecond, 2),
        ],
      ];
    }),
  );
  const { concurrency, latencyMs, typingMs, tls, rounds } = options;
  const notes = [
    `${concurrency.toLocaleString('en-US')} PCs at a time, ${latencyMs} ms before each reply, ${tls ? 'TLS 1.2' : 'plain HTTP'}, ` +
      `median of ${rounds}; Node.js ${process.versions.node}, fleet and contestants in processes of their own on the same machine.`,
    `Ideal: ${roundTrips} round trips x latency x PCs / at a time. While the service works somebody types a command every ${typingMs} ms.`,
  ];
  return `${markdownTable(head, rows)}\n\n${notes.join('\n')}\n\n${targets(options, of).join('\n')}\n`;
}

type Of = (devices: number, name: ContestantName) => ReturnType<typeof figuresOf> | null;

/** What the service is to reach, and whether it did. */
function targets(options: WaveOptions, of: Of): readonly string[] {
  const { sizes, compareAt } = options;
  const service = of(compareAt, 'service');
  const bare = of(compareAt, 'bare');
  const largest = of(Math.max(...sizes), 'service');
  const size = compareAt.toLocaleString('en-US');
  const ideal = idealSeconds({ ...options, devices: compareAt });
  const line = (what: string, value: number | null | undefined, most: number, unit: string) => {
    if (value === null || value === undefined || Number.isNaN(value)) return [];
    const shown = `${value.toFixed(unit === 'ms' ? 1 : 2)} ${unit}`;
    return [`- ${what}: ${shown}, target ${most} ${unit}: ${value <= most ? 'met' : 'missed'}.`];
  };
  const compared = (value: number | undefined, yardstick: number | null | undefined) =>
    value === undefined || !yardstick ? null : value / yardstick;
  return [
    ...line(`Wall time of ${size} PCs against the ideal`, compared(service?.wallSeconds, ideal), 1.3, 'x'),
    ...(bare ? line('The same of the bare loop', compared(bare.wallSeconds, ideal), 1.3, 'x') : []),
    ...line('CPU of the service per PC against the bare loop', compared(service?.cpuMs, bare?.cpuMs), 2, 'x'),
    ...line('The same with its PostgreSQL', compared(service?.bothMs, bare?.cpuMs), 2, 'x'),
    ...(Math.max(...sizes) > compareAt
      ? line(
          `Peak memory of ${Math.max(...sizes).toLocaleString('en-US')} PCs against ${size}`,
          compared(largest?.peakMb, service?.peakMb),
          1.3,
          'x',
        )
      : []),
    ...line(
      'A command is taken meanwhile within (p99 of all sizes)',
      Math.max(...sizes.map((devices) => of(devices, 'service')?.acknowledgedMs.p99 ?? Number.NaN)),
      100,
      'ms',
    ),
  ];
}

const figure = (value: number, decimals: number) => (Number.isFinite(value) ? value.toFixed(decimals) : '-');

const ratio = (value: number, yardstick: number | null | undefined) =>
  yardstick && Number.isFinite(value) ? `${(value / yardstick).toFixed(2)} x` : '-';
