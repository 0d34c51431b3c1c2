import { readFile } from 'node:fs/promises';
import { createAmtGateway } from '../../../adapters/amt/index.ts';
import { createLogger } from '../../../src/logging/logger.ts';
import { powerOn } from '../../../src/operations/power/power-on.ts';
import type { Device } from '../../../src/ports/store/inventory-store.ts';
import { performTask } from '../../../src/runs/perform-task.ts';
import { createSignalFan } from '../../../src/runs/signal-fan.ts';
import { createSlots } from '../../../src/runs/slots.ts';
import { systemClock as clock } from '../../../src/runtime/system-clock.ts';
import { readFleet } from '../../fleet/fleet-file.ts';
import type { Prepare } from '../contestants.ts';

/** The runner's places, all of one site here. */
const site = 'all';

/** Our AMT adapter and the power-on operation, without store, chat and policy. */
export const prepareAdapter: Prepare = async (course) => {
  const logger = createLogger({ level: 'warn' });
  const fleet = await readFleet(course.fleetFile);
  const credential = { user: 'admin', password: course.password };
  const gateway = createAmtGateway({
    credentials: async () => credential,
    ca: course.tls ? await readFile(course.caFile) : null,
    clock,
    logger,
  });
  const cutOffs = createSignalFan(new AbortController().signal);
  const devices = fleet.map((one) => ({
    ...one,
    id: `dev_${one.name}`,
    powerState: null,
    amtVersion: null,
    seenAt: null,
  }));
  const slots = createSlots({ total: course.concurrency, perSite: course.concurrency });

  async function turnOn(device: Device): Promise<void> {
    const { signal, unlink } = cutOffs.link();
    const task = { device, attempt: 1, interrupted: false };
    const lend = <T>(wait: Promise<T>) => slots.lend(site, wait);
    const auditCredentialOf = () => null;
    const work = { gateway, clock, logger, verifyMs: 20_000, auditCredentialOf, parameters: {}, signal, lend };
    const outcome = await performTask(task, powerOn, work);
    unlink();
    slots.free(site, 1);
    if (outcome?.status !== 'ok') throw new Error(`${device.name}: ${outcome?.code ?? 'cut off'}`);
  }

  async function run(): Promise<void> {
    const underWay: Promise<void>[] = [];
    while (underWay.length < devices.length) {
      const freed = slots.freed();
      const room = slots.reserve([site], devices.length - underWay.length)[0]?.room ?? 0;
      if (room === 0) await freed;
      for (const device of devices.slice(underWay.length, underWay.length + room)) underWay.push(turnOn(device));
    }
    await Promise.all(underWay);
  }

  return { consoleUrl: null, run, close: () => gateway.close() };
};
