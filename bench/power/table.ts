import { type ContestantName, contestantTitles } from './contestants.ts';
import type { BenchOptions } from './options.ts';
import type { Lap } from './race.ts';

/** Round trips that turning one PC on takes at least: challenge, state, command, state. */
const roundTrips = 4;

/** Medians of one contestant's laps. */
interface Medians {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly cpuMsPerDevice: number;
  readonly helpersMsPerDevice: number | null;
  readonly peakMb: number;
  readonly requestsPerDevice: number;
  readonly connectionsPerDevice: number;
  readonly fleetCpuSeconds: number;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function mediansOf(laps: readonly Lap[], devices: number): Medians {
  const over = (figure: (lap: Lap) => number) => median(laps.map(figure));
  const helpers = laps.flatMap(({ helpersCpuMs }) => (helpersCpuMs === null ? [] : [helpersCpuMs]));
  return {
    wallSeconds: over((lap) => lap.wallMs) / 1_000,
    cpuSeconds: over((lap) => lap.cpuMs) / 1_000,
    cpuMsPerDevice: over((lap) => lap.cpuMs) / devices,
    helpersMsPerDevice: helpers.length === laps.length ? median(helpers) / devices : null,
    peakMb: over((lap) => lap.peakMb),
    requestsPerDevice: over((lap) => lap.fleet.requests) / devices,
    connectionsPerDevice: over((lap) => lap.fleet.connections) / devices,
    fleetCpuSeconds: over((lap) => lap.fleet.cpuMs) / 1_000,
  };
}

/** Least time that the wire alone takes, in seconds: round trips x latency / concurrency. Null without latency. */
export function idealSeconds({ devices, concurrency, latencyMs }: BenchOptions): number | null {
  if (latencyMs === 0) return null;
  return (Math.ceil(devices / Math.min(concurrency, devices)) * roundTrips * latencyMs) / 1_000;
}

/** One lap in a line, for the terminal while the benchmark runs. */
export function lapLine(lap: Lap, round: number): string {
  const { wallMs, cpuMs, peakMb, fleet } = lap;
  return (
    `  round ${round}  ${contestantTitles[lap.contestant].padEnd(34)}${(wallMs / 1_000).toFixed(2).padStart(8)} s wall` +
    `${(cpuMs / 1_000).toFixed(2).padStart(8)} s CPU${peakMb.toFixed(0).padStart(6)} MB` +
    `   (fleet ${(fleet.cpuMs / 1_000).toFixed(2)} s CPU)`
  );
}

/** The result as Markdown: a table, and under it what the figures mean. */
export function resultTable(options: BenchOptions, laps: readonly Lap[]): string {
  const { devices, concurrency, latencyMs, rounds, tls } = options;
  const byContestant = new Map<ContestantName, Medians>();
  for (const name of options.contestants) {
    const own = laps.filter((lap) => lap.contestant === name);
    if (own.length > 0) byContestant.set(name, mediansOf(own, devices));
  }
  const bare = byContestant.get('bare');
  const ideal = idealSeconds(options);
  const ratio = (value: number, yardstick: number | null | undefined) =>
    yardstick ? `${(value / yardstick).toFixed(2)} x` : '-';
  const rows = [...byContestant].map(([name, each]) => [
    contestantTitles[name],
    each.wallSeconds.toFixed(2),
    ratio(each.wallSeconds, ideal),
    ratio(each.wallSeconds, bare?.wallSeconds),
    each.cpuSeconds.toFixed(2),
    each.cpuMsPerDevice.toFixed(2),
    ratio(each.cpuMsPerDevice, bare?.cpuMsPerDevice),
    each.peakMb.toFixed(0),
    ratio(each.peakMb, bare?.peakMb),
    each.requestsPerDevice.toFixed(2),
    each.connectionsPerDevice.toFixed(2),
  ]);
  const head = [
    '',
    'wall s',
    '/ ideal',
    '/ bare',
    'CPU s',
    'CPU ms per PC',
    '/ bare',
    'peak MB',
    '/ bare',
    'requests per PC',
    'connections per PC',
  ];
  const count = (n: number) => n.toLocaleString('en-US');
  const notes = [
    `${count(devices)} simulated PCs off, ${count(concurrency)} at a time, ${latencyMs} ms before each reply, ` +
      `${tls ? 'TLS 1.2' : 'plain HTTP'}, median of ${rounds}; Node.js ${process.versions.node}, each contestant in a fresh process.`,
    ...(ideal === null
      ? []
      : [`Ideal: ${roundTrips} round trips x latency x PCs / at a time = ${ideal.toFixed(2)} s.`]),
    ...serviceNotes(byContestant, bare),
    `The fleet's own process: ${[...byContestant.values()].map((each) => each.fleetCpuSeconds.toFixed(2)).join(', ')} s CPU, in that order.`,
  ];
  return `${markdownTable(head, rows)}\n\n${notes.join('\n')}\n`;
}

function serviceNotes(figures: ReadonlyMap<ContestantName, Medians>, bare: Medians | undefined): string[] {
  const service = figures.get('service');
  if (!service || service.helpersMsPerDevice === null) return [];
  const { cpuMsPerDevice, helpersMsPerDevice } = service;
  const both = cpuMsPerDevice + helpersMsPerDevice;
  const compared = bare ? `, ${(both / bare.cpuMsPerDevice).toFixed(2)} x the bare loop` : '';
  return [
    `The service's private PostgreSQL took ${helpersMsPerDevice.toFixed(2)} ms of CPU per PC more; ` +
      `together ${both.toFixed(2)} ms${compared}.`,
  ];
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((text, column) => Math.max(text.length, 3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
