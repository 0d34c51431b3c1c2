import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSetupGateway } from '../../../adapters/amt/index.ts';
import { createStore } from '../../../adapters/store/index.ts';
import { type AmtEndpoint, AmtError, type AmtSession } from '../../../src/ports/amt.ts';
import type { Provisioning, ProvisioningStep } from '../../../src/ports/provisioning/provisioning-store.ts';
import type { Device } from '../../../src/ports/store/inventory-store.ts';
import type { Store } from '../../../src/ports/store/store.ts';
import { stepsOf } from '../../../src/provisioning/machine/stages.ts';
import { realClock } from '../../amt/conversation.ts';
import { type BareSite, createBareSite } from '../site/bare-site.ts';
import { polled } from '../site/polled.ts';

/** Kills in all: few as a matter of course; OOB_PROVISION_KILLS=30 takes some minutes. */
const kills = Number(process.env.OOB_PROVISION_KILLS ?? 3);
/** PCs that are provisioned together, and how often the service is killed meanwhile. */
const together = 3;
const killsPerBatch = 5;
const batches = Math.ceil(kills / killsPerBatch);
const silent = () => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const never = new AbortController().signal;
const accounts = { factory: { user: 'admin', password: 'admin' } } as const;

/** Where it is killed: as the attempt at a step was written down, or as the step was done. */
interface Boundary {
  readonly step: ProvisioningStep;
  readonly at: 'attempt' | 'done';
}
const steps = stepsOf('remote');
const boundaries = steps.flatMap((step): readonly Boundary[] => [
  { step, at: 'attempt' },
  { step, at: 'done' },
]);

/** Where most is at stake: the first password, what makes it take effect, and the change to it. */
const few: readonly Boundary[] = [
  { step: 'set-administrator', at: 'attempt' },
  { step: 'commit', at: 'attempt' },
  { step: 'reach', at: 'done' },
];
/** Boundaries of the batches: all of them in turn, rising within a batch. */
const many = Array.from({ length: batches }, (_batch, batch) => {
  const here = Math.min(killsPerBatch, kills - batch * killsPerBatch);
  const stride = boundaries.length / here;
  return Array.from({ length: here }, (_kill, kill) => {
    const index = Math.floor(kill * stride + ((batch * 3) % Math.max(1, Math.floor(stride))));
    return boundaries[Math.min(index, boundaries.length - 1)];
  }).filter((boundary) => boundary !== undefined);
});

const plan = kills <= few.length ? [few.slice(0, kills)] : many;

let bare: BareSite;
let store: Store | null = null;
let devices: readonly Device[] = [];
beforeAll(async () => {
  bare = await createBareSite({
    network: '127.24.185',
    devices: batches * together,
    persona: 'amt-15.0,amt-16.1,amt-11.8',
    lab: ['--latency', '25'],
    withAuthority: true,
  });
  await bare.site.start();
}, 90_000);
afterAll(async () => {
  await store?.close();
  await bare?.close();
}, 60_000);

/** The database of the service, looked at beside it. */
async function look(): Promise<Store> {
  const sealingKey = { key: bare.site.env.OOB_SECRET_KEY ?? '' };
  const dataDirectory = join(bare.site.directory, 'data');
  store = await createStore({ dataDirectory, beside: true, sealingKey, logger, onFatal: silent });
  return store;
}

const has = (record: Provisioning, { step, at }: Boundary): boolean =>
  record.done.includes(step) || (at === 'attempt' && record.attempt?.step === step);

/** A way to a PC that asks nobody's leave: whatever certificate it shows, as an account of ours or the factory's. */
async function letsIn(device: Device, account: { readonly user: string; readonly password: string } | null) {
  if (!account) return false;
  const gateway = createSetupGateway({ credentials: async () => account, clock: realClock }, bare.chain);
  try {
    const meeting = { host: device.host, port: null } as const;
    const { fingerprint } = await gateway
      .meet({ ...meeting, tls: 'pinned' }, never)
      .catch(() => gateway.meet({ ...meeting, tls: 'legacy' }, never));
    const endpoint: AmtEndpoint = {
      ...{ deviceId: device.id, name: device.name, host: device.host, fqdn: null, port: null },
      ...{ tls: 'legacy', certificateFingerprint: fingerprint, credential: 'any' },
    };
    await gateway.withDevice(endpoint, (session: AmtSession) => session.provisioning.setup.read(), never);
    return true;
  } catch (error) {
    if (error instanceof AmtError && error.code === 'wrong_credentials') return false;
    throw error;
  } finally {
    await gateway.close();
  }
}

/** Which accounts a PC lets in, by what the service has on disk. */
async function standing(device: Device, from: Store) {
  const { deviceSecrets } = from;
  const proposed = await deviceSecrets.proposed(device.id, 'administrator');
  const inForce = await deviceSecrets.inForce(device.id, 'administrator');
  return {
    factory: await letsIn(device, accounts.factory),
    known: (await letsIn(device, proposed)) || (await letsIn(device, inForce)),
  };
}

describe(`kill -9 at boundaries of steps, ${kills} times over ${batches * together} PCs`, () => {
  test('after each kill every PC lets us in: with the factory password, or with one that is on disk', async () => {
    await bare.accept();
    let first = await look();
    devices = await first.inventory.devices(
      (await first.inventory.select({ kind: 'site', value: 'depot' })).map(({ id }) => id),
    );
    await first.close();
    const story: string[] = [];
    for (const [batch, killsHere] of plan.entries()) {
      const pcs = devices.slice(batch * together, (batch + 1) * together);
      const card = await bare.provision(pcs.map(({ name }) => name).join(','));
      for (const boundary of killsHere) {
        first = await look();
        const recordsNow = () => first.provisionings.of(pcs.map(({ id }) => id));
        for (
          let records = await recordsNow();
          !records.some((each) => has(each, boundary));
          records = await recordsNow()
        )
          await pause(1);
        await bare.site.kill();
        const found = await recordsNow();
        story.push(
          `${boundary.at} of ${boundary.step}: ${found.map(({ attempt, done }) => attempt?.step ?? `after ${done.at(-1)}`).join(', ')}`,
        );
        for (const pc of pcs) {
          const { factory, known } = await standing(pc, first);
          expect([boundary, pc.name, factory || known]).toEqual([boundary, pc.name, true]);
        }
        await first.close();
        await bare.site.start();
      }
      const end = await bare.endOf(card);
      expect([story, end.view.title]).toEqual([story, expect.stringMatching(/^Done: 3 provisioned and verified\. /)]);
    }
    if (process.env.OOB_PROVISION_KILLS) process.stdout.write(`${story.join('\n')}\n`);
  }, 600_000);

  test('at the end all are provisioned, and the password in force logs in; that of the factory does not', async () => {
    const end = await look();
    await polled('records', async () => (await end.provisionings.counts()).provisioned === devices.length);
    for (const device of devices) {
      expect(await end.deviceSecrets.proposed(device.id, 'administrator')).toBeNull();
      const inForce = await end.deviceSecrets.inForce(device.id, 'administrator');
      expect([device.name, await letsIn(device, inForce), await letsIn(device, accounts.factory)]).toEqual([
        device.name,
        true,
        false,
      ]);
    }
  }, 120_000);

  test('no PC was sent its administrator or its commit twice', async () => {
    for (const { name, counters } of await bare.depot.devices()) {
      const { requests } = counters;
      const once = ['AMT_AuthorizationService.SetAdminAclEntryEx', 'AMT_SetupAndConfigurationService.CommitChanges'];
      expect([name, ...once.map((what) => requests[what])]).toEqual([name, 1, 1]);
    }
  });
});
