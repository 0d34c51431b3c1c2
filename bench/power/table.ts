import { type ContestantName, contestantTitles } from '../contest/contestants.ts';
import type { Lap } from '../contest/race.ts';
import { idealSeconds, median, roundTrips } from '../figures/figures.ts';
import { markdownTable } from '../figures/markdown-table.ts';
import type { BenchOptions } from './options.ts';

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
