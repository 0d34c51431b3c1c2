import { readFile } from 'node:fs/promises';
import { createAmtGateway } from '../../../adapters/amt/index.ts';
import { createLogger } from '../../../src/logging/logger.ts';
import { operations } from '../../../src/operations/index.ts';
import { performTask } from '../../../src/runs/perform-task.ts';
import { systemClock as clock } from '../../../src/runtime/system-clock.ts';
import type { Prepare } from '../contestants.ts';
import { readFleet } from '../fleet-file.ts';
import { forEachAtOnce } from './for-each-at-once.ts';

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
  const { signal } = new AbortController();
  const devices = fleet.map((one) => ({
    ...one,
    id: `dev_${one.name}`,
    powerState: null,
    amtVersion: null,
    seenAt: null,
  }));
  return {
    consoleUrl: null,
    run: () =>
      forEachAtOnce(devices, course.concurrency, async (device) => {
        const task = { device, attempt: 1, interrupted: false };
        const work = { gateway, clock, logger, verifyMs: 20_000, parameters: {}, signal };
        const outcome = await performTask(task, operations['power-on'], work);
        if (outcome?.status !== 'ok') throw new Error(`${device.name}: ${outcome?.code ?? 'cut off'}`);
      }),
    close: () => gateway.close(),
  };
};
