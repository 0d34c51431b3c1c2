import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Course } from '../contest/contestants.ts';
import { joinFleets } from './fleet-file.ts';
import { type BenchLab, type FleetFigures, startBenchLab } from './lab-process.ts';
import { mostInOneProcess } from './open-files.ts';

/** The whole fleet: as many processes as its listeners need. */
export interface BenchLabs extends BenchLab {
  readonly course: Pick<Course, 'fleetFile' | 'caFile' | 'password'>;
}

/** What the fleet is to be. */
export interface FleetOrder {
  readonly devices: number;
  readonly latencyMs: number;
  readonly tls: boolean;
}

/** Starts the fleet and waits until all of it answers. Nothing is left running when it can't. */
export async function startBenchLabs({ devices, latencyMs, tls }: FleetOrder, directory: string): Promise<BenchLabs> {
  const password = `Lab-${randomBytes(9).toString('base64url')}1!`;
  const caFile = join(directory, 'fleet-ca.pem');
  const fleetFile = join(directory, 'fleet.json');
  const parts = Math.ceil(devices / mostInOneProcess);
  const labs: BenchLab[] = [];
  const fleetFiles: string[] = [];
  const stop = async () => {
    await Promise.all(labs.map((lab) => lab.stop()));
  };
  try {
    for (let part = 0; part < parts; part += 1) {
      const files = {
        keysFile: join(directory, 'fleet-keys.json'),
        caFile,
        inventoryFile: join(directory, `inventory-${part}.csv`),
        fleetFile: join(directory, `fleet-${part}.json`),
      };
      const lab = await startBenchLab({
        devices: Math.floor((devices + part) / parts),
        latencyMs,
        tls,
        firstAddress: `127.${25 + part}.0.1`,
        password,
        prefix: parts === 1 ? '' : `f${part + 1}-`,
        ...files,
      });
      labs.push(lab);
      fleetFiles.push(files.fleetFile);
    }
    await joinFleets(fleetFiles, fleetFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    course: { fleetFile, caFile, password },
    async reset() {
      await Promise.all(labs.map((lab) => lab.reset()));
    },
    figures: async () => total(await Promise.all(labs.map((lab) => lab.figures()))),
    stop,
  };
}

function total(all: readonly FleetFigures[]): FleetFigures {
  const sum = (figure: keyof FleetFigures) => all.reduce((so, one) => so + one[figure], 0);
  return {
    devicesOn: sum('devicesOn'),
    requests: sum('requests'),
    connections: sum('connections'),
    handshakes: sum('handshakes'),
    resumedHandshakes: sum('resumedHandshakes'),
    cpuMs: sum('cpuMs'),
  };
}
